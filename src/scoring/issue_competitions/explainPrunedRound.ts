/** Explains a round whose state the node has pruned, from the ratings that a validator stored and the competition that started in it. */
import { Effect } from "effect"
import { uidsOfBitmap } from "../../contract-client/bitmap.ts"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { RatingHistory, type RatingPoint } from "../../layers/storage/dataFolder/RatingHistory.ts"

export interface PrunedRound {
  readonly issue: Issue
  readonly round: number
  /** The round's first block. */
  readonly start: number
  /** Stored at the first block, best first. */
  readonly ratings: ReadonlyArray<RatingPoint>
  /** The issue's competition, if it started in this round. */
  readonly competition: {
    readonly id: number
    readonly startedAt: number
    readonly a: Competition["a"]
    readonly b: Competition["b"]
    /** UIDs that validators with the majority of the weight attested. */
    readonly enrolled: ReadonlyArray<number>
    readonly skipped: ReadonlyArray<number>
  } | null
}

/**
 * Explains the requested round, or else that of the issue's competition, from stored ratings and the contract's present state. Undefined if no
 * ratings were stored for it. The round's first block is computed from the present length of rounds.
 */
export const explainPrunedRound = Effect.fn("explainPrunedRound")(function* (
  issue: Issue,
  asked: number | undefined,
  head: BlockReference
) {
  const [contract, history] = yield* Effect.all([Contract, RatingHistory])
  const competition = issue.competition === null ? null : yield* contract.read("competition", { id: issue.competition }, head)
  const round = asked ?? competition?.round
  if (round === undefined) return undefined
  const start = round * (yield* contract.read("config", {}, head)).roundLength
  const ratings = yield* history.at(contract.address, start)
  if (ratings.length === 0) return undefined
  return {
    issue,
    round,
    start,
    ratings,
    competition:
      competition === null || competition.round !== round
        ? null
        : {
            id: competition.id,
            startedAt: competition.startedAt,
            a: competition.a,
            b: competition.b,
            enrolled: uidsOfBitmap(competition.enrolled),
            skipped: uidsOfBitmap(competition.skipped)
          }
  } satisfies PrunedRound
})
