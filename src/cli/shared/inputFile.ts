/** Reads a command's input files; `-` is standard input. */
import { readFile } from "node:fs/promises"
import { Effect, Either } from "effect"
import { shortenedLine } from "../../domain/jsonProblem.ts"
import { whyUnread } from "../../domain/messageOf.ts"

/** A file's text. Fails with the reason. */
export const readText = (file: string): Effect.Effect<string, string> =>
  Effect.tryPromise({
    try: (): Promise<Uint8Array> => (file === "-" ? Bun.stdin.bytes() : readFile(file)),
    catch: whyUnread
  }).pipe(
    Effect.flatMap((bytes) =>
      Effect.try({ try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes), catch: () => "it is not UTF-8" })
    )
  )

/** Parses JSON. Left: the reason. */
export const parseJson = (text: string): Either.Either<unknown, string> =>
  Either.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => `it is not JSON${cause instanceof SyntaxError ? ` (${shortenedLine(cause.message)})` : ""}`
  })

export const nameOfInput = (file: string): string => (file === "-" ? "standard input" : file)
