/** Scoring a recorded round. */
import { readFile } from "node:fs/promises"
import { Console, Effect, Option, Schema } from "effect"
import { RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import * as FileScorer from "../../layers/parser/FileScorer.ts"
import { readRoster } from "../../layers/roster/Roster.ts"
import { fileRulesOf } from "../../scoring/oss_contributions/files/rosterRules.ts"
import { roundDocument } from "../../scoring/oss_contributions/roundDocument.ts"
import { scoreRecordedRound } from "../../scoring/oss_contributions/scoreRecordedRound.ts"
import { toJson } from "../../terminal/output.ts"

/** What is given is no recorded round. */
export class UnusableRound extends Schema.TaggedError<UnusableRound>()("UnusableRound", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `${this.file === "-" ? "standard input" : this.file} is no recorded round: ${this.reason}`
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "its permissions do not allow to read it"
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

export interface Options {
  readonly file: string
  readonly roster: Option.Option<string>
}

export const run = (options: Options) =>
  Effect.gen(function* () {
    const record = yield* readRound(options.file)
    const roster = Option.isNone(options.roster)
      ? defaultRoster
      : yield* Effect.map(readRoster(options.roster.value), ({ roster }) => roster)
    const round = yield* scoreRecordedRound(record, fileRulesOf(roster))
    if (round.exceeded.length > 0)
      yield* Effect.logWarning("pull requests took longer than their budget: their files are 0").pipe(
        Effect.annotateLogs({ pullRequests: round.exceeded.join(", ") })
      )
    yield* Console.log(toJson(roundDocument(record, round)))
  }).pipe(Effect.provide(FileScorer.layer()))
