/** Scores changed files from JSON lines: one line in, one line out, in the same order. */
import { createReadStream } from "node:fs"
import { Chunk, Console, Effect, identity, type Option, Ref, Schema, Stream } from "effect"
import type { ChangedFile } from "../../domain/contributions/ChangedFile.ts"
import type { FileScore } from "../../domain/contributions/FileScore.ts"
import { InvalidInput } from "../../domain/failures.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { messageOf } from "../../domain/messageOf.ts"
import * as Roster from "../../layers/chain/roster/Roster.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"

/** Lines in progress, enough to keep the parser processes busy. */
const CONCURRENCY = 32

const Lines = Schema.Int.pipe(Schema.nonNegative())

/** A lone surrogate becomes U+FFFD, as in UTF-8. */
const Text = Schema.NullOr(
  Schema.transform(Schema.String, Schema.String, {
    strict: true,
    decode: (text) => text.replaceAll(/\p{Surrogate}/gu, "\ufffd"),
    encode: identity
  })
)

/** One input line. Unknown keys are ignored, because recorded lines contain their expected results. */
const FileLine = Schema.Struct({
  path: Schema.NonEmptyString,
  status: Schema.Literal("added", "removed", "modified", "renamed", "copied", "changed", "unchanged"),
  additions: Lines,
  deletions: Lines,
  base: Text,
  head: Text
})

const decodeLine = Schema.decodeUnknown(FileLine)

class BadLine extends Schema.TaggedError<BadLine>()("BadLine", { reason: Schema.String }) {}

const bytesOf = (file: string): Stream.Stream<Uint8Array, InvalidInput> => {
  const failed = (cause: unknown) =>
    new InvalidInput({ message: `${file === "-" ? "standard input" : file} can't be read: ${messageOf(cause)}` })
  return file === "-"
    ? Stream.fromReadableStream(() => Bun.stdin.stream(), failed)
    : Stream.fromAsyncIterable<Uint8Array, InvalidInput>(createReadStream(file), failed)
}

const NEWLINE = 0x0a

/** Splits bytes into lines, without line breaks. A rest after the last line break is a line too. */
const splitLines = <E>(bytes: Stream.Stream<Uint8Array, E>): Stream.Stream<Uint8Array, E> =>
  Stream.suspend(() => {
    let pending: Array<Uint8Array> = []
    const lines = Stream.mapConcat(bytes, (chunk) => {
      const whole: Array<Uint8Array> = []
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        whole.push(Buffer.concat([...pending, chunk.subarray(start, end)]))
        pending = []
        start = end + 1
      }
      if (start < chunk.length) pending.push(chunk.slice(start))
      return whole
    })
    return Stream.concat(
      lines,
      Stream.suspend(() => (pending.length === 0 ? Stream.empty : Stream.make<[Uint8Array]>(Buffer.concat(pending))))
    )
  })

const readLine = Effect.fn("readLine")(function* (bytes: Uint8Array) {
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => new BadLine({ reason: "it is not UTF-8" })
  })
  const document = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => new BadLine({ reason: `it is not JSON${cause instanceof SyntaxError ? ` (${cause.message})` : ""}` })
  })
  const line = yield* Effect.mapError(decodeLine(document), (error) => new BadLine({ reason: problemOf(error) }))
  const file: ChangedFile = { ...line, changes: line.additions + line.deletions, isBinary: false }
  return file
})

/** The document of one file. `node_counts`: null for a file whose syntax trees were not compared. `work`: null by a roster that does not pay for work. */
const documentOf = (score: FileScore, showsWork: boolean) => ({
  path: score.path,
  method: score.method,
  score: score.score,
  category: score.category,
  test: score.isTest,
  nodes: score.nodes,
  lines: score.lines,
  node_counts:
    score.difference === null
      ? null
      : {
          structural_added: score.difference.structuralAdded.count,
          structural_deleted: score.difference.structuralDeleted.count,
          leaf_added: score.difference.leafAdded.count,
          leaf_deleted: score.difference.leafDeleted.count
        },
  ...(showsWork ? { work: score.work ?? null } : {})
})

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

export interface ScoreFilesOptions {
  readonly work: boolean
  readonly file: string
  readonly roster: Option.Option<string>
}

export const run = (options: ScoreFilesOptions) =>
  Effect.gen(function* () {
    const scorer = yield* FileScorer.FileScorer
    const { fileRules } = yield* Roster.Roster
    const lines = yield* Ref.make(0)
    const bad = yield* Ref.make(Chunk.empty<{ readonly line: number; readonly reason: string }>())
    yield* bytesOf(options.file).pipe(
      splitLines,
      Stream.zipWithIndex,
      Stream.filter(([bytes]) => !isBlank(bytes)),
      Stream.tap(() => Ref.update(lines, (count) => count + 1)),
      Stream.mapEffect(
        ([bytes, index]) =>
          readLine(bytes).pipe(
            Effect.flatMap((file) => scorer.scoreFiles([file], fileRules)),
            Effect.map(({ files }) => files.map((score) => JSON.stringify(documentOf(score, options.work)))),
            Effect.catchTag("BadLine", ({ reason }) =>
              Effect.as(
                Ref.update(bad, (all) => Chunk.append(all, { line: index + 1, reason })),
                [JSON.stringify({ line: index + 1, error: reason })]
              )
            )
          ),
        { concurrency: CONCURRENCY }
      ),
      Stream.runForEach((printed) => Effect.forEach(printed, (line) => Console.log(line), { discard: true }))
    )
    const all = Chunk.toReadonlyArray(yield* Ref.get(bad)).toSorted((left, right) => left.line - right.line)
    const [first] = all
    if (first === undefined) return
    const where = options.file === "-" ? "standard input" : options.file
    const more = all.length > 1 ? `; ${all.length} of ${yield* Ref.get(lines)} lines are like that and have an "error" in their place` : ""
    return yield* new InvalidInput({ message: `line ${first.line} of ${where} is not a changed file: ${first.reason}${more}` })
  }).pipe(Effect.provide([FileScorer.layer(), Roster.layer(options.roster)]))
