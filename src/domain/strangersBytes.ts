/**
 * Declares where bytes that others write enter the program. Each reader declares itself beside its code, and reads by the declared limits.
 * `docs/security.md` lists all of them, and a test fails if code reads without a declaration.
 */
import type { Duration } from "effect"

/** The limits of a reader. A size is of one answer, message or file, after decompression. */
export interface Limits {
  readonly bytes?: number
  /** For the whole exchange, from the first byte sent to the last one read. */
  readonly time?: Duration.Duration
  /** How deep JSON may be nested: formatting and comparing it is recursive. */
  readonly nesting?: number
  readonly redirects?: number
  /** Whether the other side may compress by gzip. Otherwise compressed data is refused. */
  readonly gzip?: boolean
  /** Header fields of a message, and all their bytes. */
  readonly headers?: number
  readonly headerBytes?: number
  /** Concurrent connections, requests or programs. */
  readonly atOnce?: number
  /** Items, lines or files of one answer. */
  readonly items?: number
  /** Memory of the reading process, in bytes. */
  readonly memory?: number
  /** Bytes that the reading process may write to a disk. */
  readonly written?: number
  /** Bytes that the reading process may answer. */
  readonly answered?: number
  /** Further limits that are no numbers, in words. */
  readonly also?: string
}

export interface StrangersBytes<L extends Limits = Limits> {
  /** The data that is read: "a mirror's copy of the roster". */
  readonly what: string
  readonly writtenBy: string
  readonly readIn: "this process" | "a sandbox"
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

/** The declarations of all loaded modules. */
export const declaredReaders = (): ReadonlyArray<StrangersBytes> => declared
