/** One changed file of a pull request, as the gate sees it. */
import type { ChangedFile } from "../contributions/ChangedFile.ts"

/** The kind of the head's version. `unread`: it was too large to read, so that its texts are null. */
export type FileContent = "text" | "binary" | "executable" | "submodule" | "link" | "unread" | "none"

export interface GateFile extends ChangedFile {
  readonly content: FileContent
}

/** Git's rule (`FIRST_FEW_BYTES` in xdiff-interface.c): a file with a NUL among its first 8,000 bytes is binary. */
const LOOKED_AT = 8_000

/**
 * Magic numbers of executables: ELF, Windows, Mach-O in both byte orders and for several processors (also Java's classes). Python's byte code is
 * recognised by its name.
 */
const PROGRAMS: ReadonlyArray<ReadonlyArray<number>> = [
  [0x7f, 0x45, 0x4c, 0x46],
  [0x4d, 0x5a],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe]
]

export const contentOf = (bytes: Uint8Array): "text" | "binary" | "executable" =>
  !bytes.subarray(0, LOOKED_AT).includes(0)
    ? "text"
    : PROGRAMS.some((program) => program.every((byte, index) => bytes[index] === byte))
      ? "executable"
      : "binary"
