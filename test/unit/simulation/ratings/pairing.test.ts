/** The season's pairing on typed arrays equals the validators' rule: on random rounds both give the same pairs, and need the same field. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { accountOf, competitorOf, publicKeyOf } from "../../../../lab/simulation/ratings/competitors.ts"
import { countEnrolled, type PairingView, pairRound } from "../../../../lab/simulation/ratings/pairing.ts"
import { theRule } from "../../../../lab/simulation/ratings/pairingRules.ts"
import { setBit, toBitmap, WORDS } from "../../../../lab/simulation/ratings/words.ts"
import type { Competition } from "../../../../src/domain/Competition.ts"
import { fieldNeededFor } from "../../../../src/domain/PairingField.ts"
import { defaultRatingRules } from "../../../../src/elo/RatingRules.ts"
import type { Rating } from "../../../../src/elo/ratings.ts"
import { computePairs, type PairInput } from "../../../../src/scoring/issue_competitions/rules/pairs.ts"

const S = 1_000_000

interface Round {
  readonly miners: number
  readonly seed: Uint8Array
  readonly ratings: ReadonlyArray<number>
  readonly coldkeys: ReadonlyArray<number>
  readonly issues: ReadonlyArray<{ readonly bounty: number; readonly enrolled: ReadonlyArray<number> }>
  /** Pairs of UIDs with a running or ended competition. */
  readonly met: ReadonlyArray<readonly [one: number, other: number, runs: boolean]>
  readonly max: number
}

/** Few different ratings, so that ties occur; from 2 miners to a full subnet, so that every field size is needed somewhere. */
const anyRound: fc.Arbitrary<Round> = fc
  .record({ miners: fc.oneof(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 51, max: 256 })), crowded: fc.boolean() })
  .chain(({ crowded, miners }) => {
    const uid = fc.nat(miners - 1)
    return fc.record({
      miners: fc.constant(miners),
      seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      ratings: fc.array(fc.integer({ min: 1_190, max: 1_230 }), { minLength: miners, maxLength: miners }),
      coldkeys: fc.array(fc.nat(miners), { minLength: miners, maxLength: miners }),
      issues: fc.array(
        fc.record({
          bounty: fc.integer({ min: 1, max: 4 }),
          enrolled: fc.array(uid, { minLength: crowded ? miners : 0, maxLength: crowded ? 2 * miners : Math.min(miners, 20) })
        }),
        { maxLength: 12 }
      ),
      met: fc.array(fc.tuple(uid, uid, fc.boolean()), { maxLength: 60 }),
      max: fc.integer({ min: 1, max: 3 })
    })
  })

const inputOf = ({ coldkeys, issues, max, met, miners, ratings, seed }: Round): PairInput => ({
  at: S,
  seed,
  issues: issues.map(({ bounty, enrolled }, index) => ({ id: index + 1, bounty: BigInt(bounty), enrolled: toBitmap(wordsOf(enrolled)) })),
  neurons: coldkeys.map((coldkey, uid) => ({ ...competitorOf(uid), coldkey: accountOf("coldkey", coldkey) })),
  ratings: new Map(
    ratings.map((points, uid): [string, Rating] => {
      const { hotkey } = competitorOf(uid)
      const eligible = points * 1_000 >= defaultRatingRules.eligibleFrom
      return [hotkey, { hotkey, rating: points * 1_000, games: 0, provisional: true, eligible, reasons: [] }]
    })
  ),
  competitions: met
    .filter(([one, other]) => one !== other && one < miners)
    .map(
      ([one, other, runs], id): Competition => ({
        id,
        issue: id,
        a: competitorOf(one),
        b: competitorOf(other),
        enrolled: new Uint8Array(32),
        skipped: new Uint8Array(32),
        startedAt: S - 50,
        status: runs ? { _tag: "Running" } : { _tag: "Expired", at: S - 20 }
      })
    ),
  maxCompetitionsPerMiner: max,
  collateralBps: 0,
  collateral: new Map()
})

const wordsOf = (uids: ReadonlyArray<number>): Int32Array => {
  const words = new Int32Array(WORDS)
  for (const uid of uids) setBit(words, uid)
  return words
}

const viewOf = ({ coldkeys, issues, max, met, ratings }: Round): PairingView => {
  const [runs, meetings] = [new Uint8Array(256), new Uint8Array(256 * 256)]
  const add = (to: Uint8Array, place: number) => {
    to[place] = (to[place] ?? 0) + 1
  }
  for (const [one, other, isRunning] of met) {
    if (one === other) continue
    add(meetings, one * 256 + other)
    add(meetings, other * 256 + one)
    if (isRunning) for (const uid of [one, other]) add(runs, uid)
  }
  return {
    at: S,
    seats: coldkeys.map((coldkey, uid) => ({
      index: uid,
      competitor: { ...competitorOf(uid), coldkey: accountOf("coldkey", coldkey) },
      publicKey: publicKeyOf("hotkey", uid),
      skill: 0,
      registeredAt: 0,
      stays: false
    })),
    waiting: issues
      .map(({ bounty, enrolled }, index) => ({
        id: index + 1,
        bounty,
        difficulty: 0,
        suits: wordsOf(enrolled),
        attempts: 0,
        since: S,
        enrolled: wordsOf(enrolled)
      }))
      .toSorted((left, right) => right.bounty - left.bounty || left.id - right.id),
    rating: Int32Array.from({ length: 256 }, (_, uid) => (ratings[uid] ?? 0) * 1_000),
    games: new Int32Array(256),
    eligible: wordsOf(ratings.flatMap((points, uid) => (points * 1_000 >= defaultRatingRules.eligibleFrom ? [uid] : []))),
    runs,
    meetings,
    idleSince: new Float64Array(256),
    maxCompetitionsPerMiner: max
  }
}

describe("a season's pairing", () => {
  it("gives the pairs of the validators' rule, in its order, on any round", () => {
    let [pairs, tooSmall, larger] = [0, 0, 0]
    fc.assert(
      fc.property(anyRound, (round) => {
        const pairings = computePairs(inputOf(round))
        const expected = pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [[issue, ...pair.map(({ uid }) => uid)]]))
        const view = viewOf(round)
        const drawn = pairRound(view, round.seed, theRule)
        assert.deepStrictEqual(
          drawn.map(({ a, b, issue }) => [issue.id, a, b]),
          expected
        )
        for (const { fieldNeeded } of pairings) assert.strictEqual(fieldNeededFor(countEnrolled(view)), fieldNeeded)
        pairs += expected.length
        tooSmall += pairings.filter(({ why }) => why === "FieldTooSmall").length
        larger += pairings.filter(({ fieldNeeded }) => fieldNeeded > 2).length
      }),
      { numRuns: 300 }
    )
    // The rounds were not trivial.
    assert.isAbove(Math.min(pairs, tooSmall, larger), 100)
  })

  it("does not change when it is asked again, nor by what was asked between", () => {
    fc.assert(
      fc.property(anyRound, anyRound, (one, other) => {
        const pairsOf = (round: Round) => pairRound(viewOf(round), round.seed, theRule).map(({ a, b, issue }) => [issue.id, a, b])
        const first = pairsOf(one)
        pairsOf(other)
        assert.deepStrictEqual(pairsOf(one), first)
      }),
      { numRuns: 100 }
    )
  })
})
