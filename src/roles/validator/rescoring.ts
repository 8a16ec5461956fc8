/** Recomputes scores from other validators' records, with the epoch's roster and this validator's own scoring rules. */
import { Effect } from "effect"
import { RecordUnclear, type Rescore } from "../../domain/MeasuredRecord.ts"
import type { ChainUnavailable } from "../../layers/chain/node/Chain.ts"
import { Roster } from "../../layers/chain/roster/Roster.ts"
import { ContributionScoring } from "../../scoring/oss_contributions/ContributionScoring.ts"
import { rescoreRecord } from "../../scoring/oss_contributions/score/rescoreRecord.ts"

/** Undefined where contributions are not scored. `time`: start of the epoch in seconds since 1970. */
export const rescoreBy = Effect.fn("rescoreBy")(function* (roster: Roster["Type"], time: Effect.Effect<number, ChainUnavailable>) {
  const scoring = yield* ContributionScoring
  if (scoring._tag === "ScoringDisabled") return undefined
  const rescore: Rescore = (record) =>
    Effect.gen(function* () {
      const now = (yield* time) * 1_000
      return yield* rescoreRecord(record, { now })
    }).pipe(
      Effect.catchTag("ChainUnavailable", ({ message }) => new RecordUnclear({ ...record, why: message })),
      Effect.provide(scoring.services),
      Effect.provideService(Roster, roster)
    )
  return rescore
})
