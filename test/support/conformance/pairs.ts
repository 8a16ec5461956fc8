/** The pairs of the conformance kit: rounds in the form of the kit's file. */
import { type AccountAddress, hashBytes } from "../../../src/domain/Account.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import { computePairs } from "../../../src/rules/pairs/pairs.ts"
import { expired, running } from "../rules/world.ts"

interface Match {
  readonly a: number
  readonly b: number
  readonly startedAt: number
  /** Null while the competition runs. */
  readonly endedAt: number | null
}

/** A round in the kit's form. Amounts are rao in decimal digits, ratings are in thousandths of a point, competitions are by UID. */
export interface PairsLine {
  readonly name: string
  readonly at: number
  readonly seed: string
  readonly issues: ReadonlyArray<{ readonly id: number; readonly bounty: string; readonly enrolled: ReadonlyArray<number> }>
  readonly neurons: ReadonlyArray<{ readonly uid: number; readonly hotkey: AccountAddress; readonly coldkey: AccountAddress }>
  /** By UID; null: not rated. */
  readonly ratings: ReadonlyArray<number | null>
  readonly matches: ReadonlyArray<Match>
  readonly maxCompetitionsPerMiner: number
  readonly collateralBps: number
  /** By UID. */
  readonly collateral: ReadonlyArray<string>
}

/** This program's result of a round: its pairs, and for each issue the miners left out and why. */
export const pairsOf = (round: PairsLine) => {
  const neurons = new Map(round.neurons.map((neuron) => [neuron.uid, neuron]))
  const ratings = round.ratings.flatMap((rating, uid) => {
    const found = neurons.get(uid)
    return rating === null || found === undefined
      ? []
      : [
          [
            found.hotkey,
            {
              hotkey: found.hotkey,
              rating,
              games: 0,
              provisional: true,
              eligible: rating >= defaultRatingRules.eligibleFrom,
              reasons: [],
              absence: { missed: 0, since: null }
            }
          ] as const
        ]
  })
  const pairings = computePairs({
    at: round.at,
    seed: hashBytes(round.seed),
    issues: round.issues.map(({ bounty, enrolled, id }) => ({ id, bounty: BigInt(bounty), enrolled: fromUids(enrolled) })),
    neurons: round.neurons,
    ratings: new Map(ratings),
    competitions: round.matches.map(({ a, b, endedAt, startedAt }, id) =>
      endedAt === null ? running({ id, uids: [a, b], startedAt }) : expired({ id, uids: [a, b], startedAt, at: endedAt })
    ),
    maxCompetitionsPerMiner: round.maxCompetitionsPerMiner,
    collateralBps: round.collateralBps,
    collateral: new Map(round.collateral.flatMap((rao, uid) => (neurons.has(uid) ? [[neurons.get(uid)?.hotkey ?? "", BigInt(rao)]] : [])))
  })
  return pairings.map(({ candidates, dropped, fieldNeeded, issue, pair, requiredCollateral, why }) => ({
    issue,
    why,
    pair: pair?.map(({ uid }) => uid) ?? null,
    fieldNeeded,
    requiredCollateral: String(requiredCollateral),
    candidates: candidates.map(({ uid }) => uid),
    dropped: dropped.map(({ uid, why }) => [uid, why] as const)
  }))
}
