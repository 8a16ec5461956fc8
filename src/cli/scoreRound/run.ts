/** Scoring a recorded round. */
import { readFile } from "node:fs/promises"
import { Console, Effect, type Option, Schema } from "effect"
import { RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import * as Roster from "../../layers/roster/Roster.ts"
import { roundDocument } from "../../scoring/oss_contributions/explain/roundDocument.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import { scoreRecordedRound } from "../../scoring/oss_contributions/score/scoreRecordedRound.ts"
import { recycledPoolsText } from "../../scoring/weights/pools.ts"
import { toJson } from "../../terminal/output.ts"

/** The input is not a recorded round. */
export class UnusableRound extends Schema.TaggedError<UnusableRound>()("UnusableRound", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `${this.file === "-" ? "standard input" : this.file} is not a recorded round: ${this.reason}`
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "its permissions do not allow reading it"
}

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  return REASONS[code] ?? `it can't be read (${cause instanceof Error ? cause.message : String(cause)})`
}

const decodeRecord = Schema.decodeUnknown(RoundRecord)

const readRound = Effect.fn("readRound")(function* (file: string) {
  const unusable = (reason: string) => new UnusableRound({ file, reason })
  const bytes = yield* Effect.tryPromise({
    try: (): Promise<Uint8Array> => (file === "-" ? Bun.stdin.bytes() : readFile(file)),
    catch: (cause) => unusable(reasonOf(cause))
  })
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => unusable("it is not UTF-8")
  })
  const document = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => unusable(`it is not JSON${cause instanceof SyntaxError ? ` (${cause.message})` : ""}`)
  })
  return yield* Effect.mapError(decodeRecord(document), (error) => unusable(problemOf(error)))
})

export interface ScoreRoundOptions {
  readonly file: string
  readonly roster: Option.Option<string>
}

export const run = (options: ScoreRoundOptions) =>
  Effect.gen(function* () {
    const record = yield* readRound(options.file)
    const round = yield* scoreRecordedRound(record)
    if (round.exceeded.length > 0)
      yield* Effect.logWarning("pull requests ran out of their time budget: their files score 0").pipe(
        Effect.annotateLogs({ pullRequests: round.exceeded.join(", ") })
      )
    const { emission } = yield* Roster.Roster
    const notComputed = recycledPoolsText(emission)
    if (notComputed !== undefined) yield* Effect.logWarning(notComputed)
    yield* Console.log(toJson(roundDocument(record, round, emission)))
  }).pipe(Effect.provide([FileScorer.layer(), Roster.layer(options.roster)]))
