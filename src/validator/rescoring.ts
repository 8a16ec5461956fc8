/** How the consensus loop scores other validators' records again: by the roster of the epoch, with what this validator scores its own by. */
import { Effect } from "effect"
import { RecordUnclear, type Rescore } from "../domain/MeasuredRecord.ts"
import { Chain } from "../layers/chain/Chain.ts"
import { Roster } from "../layers/roster/Roster.ts"
import { ContributionScoring } from "../scoring/oss_contributions/ContributionScoring.ts"
import { rescoreRecord } from "../scoring/oss_contributions/score/rescoreRecord.ts"

/** Undefined where contributions are not scored. `firstBlock`: the epoch's. */
export const rescoreBy = Effect.fn("rescoreBy")(function* (roster: Roster["Type"], firstBlock: number) {
  const [scoring, chain] = yield* Effect.all([ContributionScoring, Chain])
  if (scoring._tag === "ScoringDisabled") return undefined
  // The genesis block has no timestamp.
  const moment = Effect.flatMap(chain.hashOf(Math.max(1, firstBlock)), chain.timeAt)
  const rescore: Rescore = (record, program) =>
    Effect.gen(function* () {
      const now = (yield* moment) * 1_000
      return yield* rescoreRecord(record, { now, sameProgram: program === scoring.program })
    }).pipe(
      Effect.catchTag("ChainUnavailable", ({ message }) => new RecordUnclear({ ...record, why: message })),
      Effect.provide(scoring.services),
      Effect.provideService(Roster, roster)
    )
  return rescore
})
