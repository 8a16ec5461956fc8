/**
 * Where bytes that others write enter the program. Each reader declares itself beside its code, and reads by the limits that it declares. `docs/security.md`
 * lists all of them, and a test fails where something reads without a declaration.
 */
import type { Duration } from "effect"

/** What a reader takes at most. A size is of one answer, message or file; what was compressed counts decompressed. */
export interface Limits {
  readonly bytes?: number
  /** For all of it, from the first byte sent to the last one read. */
  readonly time?: Duration.Duration
  /** How deep JSON may be nested: what formats and compares it is recursive. */
  readonly nesting?: number
  readonly redirects?: number
  /** Whether the other side may compress by gzip. Otherwise nothing that is compressed is read. */
  readonly gzip?: boolean
  /** Header fields of a message, and all their bytes. */
  readonly headers?: number
  readonly headerBytes?: number
  /** Connections, requests or programs at the same time. */
  readonly atOnce?: number
  /** Items, lines or files of one answer. */
  readonly items?: number
  /** Memory of the process that reads, in bytes. */
  readonly memory?: number
  /** Bytes that the process that reads may write to a disk. */
  readonly written?: number
  /** Bytes that the process that reads may answer. */
  readonly answered?: number
  /** What limits it that is no number of the program, in words. */
  readonly also?: string
}

export interface StrangersBytes<L extends Limits = Limits> {
  /** What is read: "a mirror's copy of the roster". */
  readonly what: string
  readonly writtenBy: string
  readonly readIn: "this process" | "a process of its own" | "a box"
  readonly limits: L
  /** The file of the test that shows the limits. */
  readonly test: string
}

const declared: Array<StrangersBytes> = []

/** Declares a reader, and returns the declaration, whose limits the reader uses. */
export const strangersBytes = <const L extends Limits>(reader: StrangersBytes<L>): StrangersBytes<L> => {
  declared.push(reader)
  return reader
}

/** What the modules that are loaded have declared. */
export const declaredReaders = (): ReadonlyArray<StrangersBytes> => declared
