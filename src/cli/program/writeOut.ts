/** Writes a command's output, and fails where it cannot be written: a full disk, or a reader that is gone. */
import { writeSync } from "node:fs"

/** `code`: the system's, such as ENOSPC. */
export class OutputNotWritten extends Error {
  readonly code: string
  constructor(code: string) {
    super(`standard output cannot be written (${code}): part of the output is lost, and what the command did stays done`)
    this.code = code
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown")

/** Milliseconds between tries while the reader of a pipe is slow. */
const PAUSE = 5

/** Writes all of a text to standard output, at once. Throws `OutputNotWritten`. */
export const writeOut = (text: string): void => {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      const code = codeOf(error)
      if (code !== "EAGAIN") throw new OutputNotWritten(code)
      Bun.sleepSync(PAUSE)
    }
  }
}

export const NOT_WRITTEN = 6
/** As a shell says of a program that SIGPIPE ended. */
export const READER_GONE = 141

/** Writes all of a text, or ends the process. */
export const writeOrExit = (text: string): void => {
  try {
    writeOut(text)
  } catch (error) {
    if (!(error instanceof OutputNotWritten)) throw error
    if (error.code !== "EPIPE") process.stderr.write(`gittensor: ${error.message}\n`)
    process.exit(error.code === "EPIPE" ? READER_GONE : NOT_WRITTEN)
  }
}
