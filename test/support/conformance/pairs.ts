/** The pairs of the conformance kit: rounds drawn with a fixed seed, in the form of the kit's file. */
import * as fc from "fast-check"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { toHex } from "../../../src/domain/hex.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import { computePairs } from "../../../src/scoring/issue_competitions/rules/pairs.ts"
import { account, expired, hotkey, running } from "../rules/world.ts"

const S = 1_000_000
const UIDS = 12

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

const uid = fc.nat(UIDS - 1)
const enrolled = fc.uniqueArray(fc.nat(UIDS), { minLength: 0, maxLength: UIDS })

const match = fc
  .record({
    a: uid,
    b: uid,
    startedAt: fc.constantFrom(S - 500_000, S - 400_000, S - 100, S - 1, S, S + 1),
    lasts: fc.constantFrom(null, 50, 99, 100, 200_000)
  })
  .filter(({ a, b }) => a !== b)
  .map(({ lasts, ...one }): Match => ({ ...one, endedAt: lasts === null ? null : one.startedAt + lasts }))

const line = fc.record({
  seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  issues: fc.array(fc.record({ bounty: fc.constantFrom(1n, 999n, 1_000n, 50_000n), enrolled }), { minLength: 1, maxLength: 4 }),
  coldkeys: fc.array(fc.nat(UIDS - 3), { minLength: UIDS, maxLength: UIDS }),
  ratings: fc.array(fc.option(fc.constantFrom(1_199_999, 1_200_000, 1_499_999, 1_500_000, 1_500_001, 1_700_000), { freq: 8 }), {
    minLength: UIDS,
    maxLength: UIDS
  }),
  matches: fc.array(match, { maxLength: 10 }),
  maxCompetitionsPerMiner: fc.constantFrom(1, 2, 3),
  collateralBps: fc.constantFrom(0, 1, 1_000),
  collateral: fc.array(fc.constantFrom(0n, 1n, 99n, 100n, 5_000n), { minLength: UIDS, maxLength: UIDS })
})

/** The kit's rounds. */
export const pairsInputs = (): ReadonlyArray<PairsLine> =>
  fc.sample(line, { seed: 74, numRuns: 30 }).map(({ coldkeys, collateral, issues, ratings, seed, ...rest }, index) => ({
    name: `round ${index}`,
    at: S,
    seed: toHex(seed),
    issues: issues.map((one, index) => ({ id: index + 1, bounty: String(one.bounty), enrolled: one.enrolled.toSorted((a, b) => a - b) })),
    neurons: coldkeys.map((coldkey, uid) => ({ uid, hotkey: hotkey(uid), coldkey: account("coldkey", coldkey) })),
    ratings,
    ...rest,
    collateral: collateral.map(String)
  }))

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
              reasons: []
            }
          ] as const
        ]
  })
  const pairings = computePairs({
    at: round.at,
    seed: Buffer.from(round.seed.slice(2), "hex"),
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
