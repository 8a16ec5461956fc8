import { assert, describe, it } from "@effect/vitest"
import { blake2b } from "@noble/hashes/blake2.js"
import * as fc from "fast-check"
import { toPublicKey } from "../../../src/domain/Account.ts"
import type { Competition, Competitor } from "../../../src/domain/Competition.ts"
import { fromUids, hasUid } from "../../../src/domain/UidBitmap.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import type { Rating, Ratings } from "../../../src/elo/ratings.ts"
import { pairHash, turnHash } from "../../../src/rules/pairs/hashOrder.ts"
import { computePairs, type PairInput } from "../../../src/rules/pairs/pairs.ts"
import { account, competitor, expired, hotkey, running } from "../../support/rules/world.ts"

const S = 1_000_000
const SEED = new Uint8Array(32).fill(7)

const rated = (points: ReadonlyMap<number, number>): Ratings =>
  new Map(
    [...points].map(([uid, rating]): [string, Rating] => [
      hotkey(uid),
      {
        hotkey: hotkey(uid),
        rating,
        games: 0,
        provisional: true,
        eligible: rating >= defaultRatingRules.eligibleFrom,
        reasons: [],
        absence: { missed: 0, since: null }
      }
    ])
  )

/** Miners 0..9 rated 1600, 1590, … 1510, all enrolled on issue 1, nothing running. */
const base: PairInput = {
  at: S,
  seed: SEED,
  issues: [{ id: 1, bounty: 100n, enrolled: fromUids([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) }],
  neurons: Array.from({ length: 10 }, (_, uid) => competitor(uid)),
  ratings: rated(new Map(Array.from({ length: 10 }, (_, uid) => [uid, 1_600_000 - uid * 10_000]))),
  competitions: [],
  maxCompetitionsPerMiner: 1,
  collateralBps: 0,
  collateral: new Map()
}

const anyRound = fc.record({
  coldkeys: fc.array(fc.nat(5), { minLength: 10, maxLength: 10 }),
  points: fc.array(fc.integer({ min: 1_150, max: 1_260 }), { minLength: 10, maxLength: 10 }),
  enrolled: fc.array(fc.tuple(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 40]), fc.bigInt({ min: 1n, max: 4n })), { maxLength: 8 }),
  met: fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { maxLength: 15 }),
  max: fc.integer({ min: 1, max: 2 })
})

const inputOf = ({ coldkeys, points, enrolled, met, max }: typeof anyRound extends fc.Arbitrary<infer T> ? T : never): PairInput => ({
  ...base,
  neurons: coldkeys.map((coldkey, uid): Competitor => ({ uid, hotkey: hotkey(uid), coldkey: account("coldkey", coldkey) })),
  ratings: rated(new Map(points.map((point, uid) => [uid, point * 1000]))),
  issues: enrolled.map(([uids, bounty], index) => ({ id: index + 1, bounty, enrolled: fromUids(uids) })),
  competitions: met
    .filter(([one, other]) => one !== other)
    .map(
      ([one, other, runs], index): Competition =>
        runs
          ? running({ id: index, uids: [one, other], startedAt: S - 50 })
          : expired({ id: index, uids: [one, other], startedAt: S - 50, at: S - 20 })
    ),
  maxCompetitionsPerMiner: max
})

describe("pairs of any round", () => {
  it("obey every rule of the specification", () => {
    fc.assert(
      fc.property(anyRound, (round) => {
        const input = inputOf(round)
        const given = new Set<string>()
        for (const pairing of computePairs(input)) {
          if (pairing.pair === null) continue
          const [a, b] = pairing.pair
          assert.notStrictEqual(a.hotkey, b.hotkey)
          assert.notStrictEqual(a.coldkey, b.coldkey)
          const together = input.competitions.filter((one) => new Set([one.a.hotkey, one.b.hotkey, a.hotkey, b.hotkey]).size === 2)
          assert.isBelow(together.length, 2)
          for (const { uid, hotkey: key } of [a, b]) {
            assert.isTrue(hasUid(input.issues.find(({ id }) => id === pairing.issue)?.enrolled ?? new Uint8Array(), uid))
            assert.isTrue(input.ratings.get(key)?.eligible)
            assert.isFalse(given.has(key))
            given.add(key)
            const busy = input.competitions.filter(
              ({ a: one, b: other, status }) => status._tag === "Running" && (one.hotkey === key || other.hotkey === key)
            )
            assert.isBelow(busy.length, input.maxCompetitionsPerMiner)
          }
        }
      }),
      { numRuns: 300 }
    )
  })

  it("do not depend on the order of the input", () => {
    fc.assert(
      fc.property(anyRound, (round) => {
        const input = inputOf(round)
        const reversed = {
          ...input,
          neurons: input.neurons.toReversed(),
          issues: input.issues.toReversed(),
          competitions: input.competitions.toReversed(),
          ratings: new Map([...input.ratings].toReversed())
        }
        assert.deepStrictEqual(computePairs(reversed), computePairs(input))
      }),
      { numRuns: 200 }
    )
  })

  it("account for every attested UID as candidate or dropped, and exist wherever two candidates fit", () => {
    fc.assert(
      fc.property(anyRound, (round) => {
        const input = inputOf(round)
        for (const { attested, candidates, dropped, fieldNeeded, pair } of computePairs(input)) {
          assert.deepStrictEqual(
            [...candidates, ...dropped].map(({ uid }) => uid).toSorted((left, right) => left - right),
            [...attested]
          )
          const met = (one: string, other: string) =>
            input.competitions.filter(({ a, b }) => new Set([a.hotkey as string, b.hotkey, one, other]).size === 2).length
          const fits = candidates.some((one) =>
            candidates.some((other) => one.uid !== other.uid && one.coldkey !== other.coldkey && met(one.hotkey, other.hotkey) < 2)
          )
          assert.strictEqual(pair !== null, fits && candidates.length >= fieldNeeded)
        }
      }),
      { numRuns: 200 }
    )
  })
})

describe("two miners that met twice", () => {
  const decidedAfter = (last: number) => {
    const competitions = [S - 100, last].map((at, id) => expired({ id, uids: [0, 1], startedAt: S - 500_000, at }))
    return computePairs({ ...base, issues: [{ id: 1, bounty: 100n, enrolled: fromUids([0, 1]) }], competitions })[0]?.why
  }

  it("may meet again when 60 days have passed since the end of one of the matches, to the block", () => {
    assert.strictEqual(decidedAfter(S - 431_999), "NoTwoFit")
    assert.strictEqual(decidedAfter(S - 432_000), "Paired")
  })
})

describe("the hashes", () => {
  it("are blake2-256 of the documented bytes", () => {
    const key = toPublicKey(hotkey(3))
    const issueBytes = Uint8Array.of(0x02, 0x01, 0, 0)
    assert.deepStrictEqual(pairHash(SEED, 258, key), blake2b(Uint8Array.of(...SEED, ...issueBytes, ...key), { dkLen: 32 }))
    assert.deepStrictEqual(turnHash(SEED, hotkey(3)), blake2b(Uint8Array.of(...SEED, ...key), { dkLen: 32 }))
  })
})
