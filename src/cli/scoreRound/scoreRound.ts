/** Scoring a recorded round. */
import { Console, Effect, type Option, Schema } from "effect"
import { RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import { InvalidInput } from "../../domain/failures.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import * as Roster from "../../layers/chain/roster/Roster.ts"
import { toJson } from "../../layers/machine/terminal/output.ts"
import { recycledPoolsText } from "../../rules/weights/pools.ts"
import { roundDocument } from "../../scoring/oss_contributions/explain/roundDocument.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import { scoreRecordedRound } from "../../scoring/oss_contributions/score/scoreRecordedRound.ts"
import { nameOfInput, parseJson, readText } from "../shared/inputFile.ts"

const decodeRecord = Schema.decodeUnknown(RoundRecord)

const readRound = Effect.fn("readRound")(function* (file: string) {
  const unusable = (reason: string) => new InvalidInput({ message: `${nameOfInput(file)} is not a recorded round: ${reason}` })
  const document = yield* Effect.flatMap(readText(file), parseJson).pipe(Effect.mapError(unusable))
  return yield* Effect.mapError(decodeRecord(document), (error) => unusable(problemOf(error)))
})

export interface ScoreRoundOptions {
  readonly file: string
  readonly roster: Option.Option<string>
}

export const run = (options: ScoreRoundOptions) =>
  Effect.gen(function* () {
    const round = yield* Effect.flatMap(readRound(options.file), scoreRecordedRound)
    if (round.exceeded.length > 0)
      yield* Effect.logWarning(
        "comparing files of pull requests took too long: they are not measured, or by parity their files score 0"
      ).pipe(Effect.annotateLogs({ pullRequests: round.exceeded.join(", ") }))
    const { emission } = yield* Roster.Roster
    const notComputed = recycledPoolsText(emission)
    if (notComputed !== undefined) yield* Effect.logWarning(notComputed)
    yield* Console.log(toJson(roundDocument(round.record, round, emission)))
  }).pipe(Effect.provide([FileScorer.layer(), Roster.layer(options.roster)]))
