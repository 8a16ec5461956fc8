/** Reads a command's input files; `-` is standard input. */
import { readFile } from "node:fs/promises"
import { Effect, Either } from "effect"
import { shortened } from "../../domain/jsonProblem.ts"
import { messageOf } from "../../domain/messageOf.ts"

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "its permissions do not allow reading it"
}

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  return REASONS[code] ?? `it can't be read (${messageOf(cause)})`
}

/** A file's text. Fails with the reason. */
export const readText = (file: string): Effect.Effect<string, string> =>
  Effect.tryPromise({
    try: (): Promise<Uint8Array> => (file === "-" ? Bun.stdin.bytes() : readFile(file)),
    catch: reasonOf
  }).pipe(
    Effect.flatMap((bytes) =>
      Effect.try({ try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes), catch: () => "it is not UTF-8" })
    )
  )

/** Parses JSON. Left: the reason. */
export const parseJson = (text: string): Either.Either<unknown, string> =>
  Either.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => `it is not JSON${cause instanceof SyntaxError ? ` (${shortened(cause.message)})` : ""}`
  })

/** An input's name in messages. */
export const nameOfInput = (file: string): string => (file === "-" ? "standard input" : file)
