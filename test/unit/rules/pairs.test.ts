import { assert, describe, it } from "@effect/vitest"
import { blake2b } from "@noble/hashes/blake2.js"
import * as fc from "fast-check"
import { toPublicKey } from "../../../src/domain/Account.ts"
import type { Competition, Competitor } from "../../../src/domain/Competition.ts"
import { fieldNeededFor } from "../../../src/domain/PairingField.ts"
import { fromUids, hasUid, toUids } from "../../../src/domain/UidBitmap.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import type { Rating, Ratings } from "../../../src/elo/ratings.ts"
import { compareBytes, pairHash, turnHash } from "../../../src/scoring/issue_competitions/rules/hashOrder.ts"
import { computePairs, type PairInput, type Pairing } from "../../../src/scoring/issue_competitions/rules/pairs.ts"
import { turnFrom, turnOrder } from "../../../src/scoring/issue_competitions/rules/turns.ts"
import { account, competitor, expired, hotkey, running, won } from "../../support/rules/world.ts"

const S = 1_000_000
const SEED = new Uint8Array(32).fill(7)

const rated = (points: ReadonlyMap<number, number>): Ratings =>
  new Map(
    [...points].map(([uid, rating]): [string, Rating] => [
      hotkey(uid),
      { hotkey: hotkey(uid), rating, games: 0, provisional: true, eligible: rating >= defaultRatingRules.eligibleFrom, reasons: [] }
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

const uidsOf = (pairing: Pairing | undefined) => pairing?.pair?.map(({ uid }) => uid) ?? null
const paired = (change: Partial<PairInput>) => computePairs({ ...base, ...change }).map(uidsOf)
const dropsOf = (change: Partial<PairInput>) => computePairs({ ...base, ...change })[0]?.dropped.map(({ uid, why }) => [uid, why])

/** These UIDs as hash(seed, issue, hotkey) orders them. */
const byHash = (uids: ReadonlyArray<number>, issue = 1, seed: Uint8Array = SEED) =>
  uids.toSorted((left, right) =>
    compareBytes(pairHash(seed, issue, toPublicKey(hotkey(left))), pairHash(seed, issue, toPublicKey(hotkey(right))))
  )

/** The first two of a drawn half by that order. */
const firstTwo = (drawn: ReadonlyArray<number>, issue = 1, seed: Uint8Array = SEED) => byHash(drawn, issue, seed).slice(0, 2)

const seeds = (count: number) => Array.from({ length: count }, (_, index) => blake2b(Uint8Array.of(index), { dkLen: 32 }))

describe("computePairs", () => {
  it("draws two of the better rated half by hash(seed, issue, hotkey), so that seed and issue change the pair", () => {
    for (const seed of seeds(20)) assert.deepStrictEqual(paired({ seed }), [firstTwo([0, 1, 2, 3, 4], 1, seed)])
    for (const id of [1, 2, 3]) assert.deepStrictEqual(paired({ issues: [issue(id, 1n)] }), [firstTwo([0, 1, 2, 3, 4], id)])
    const drawn = new Set(seeds(200).map((seed) => paired({ seed })[0]?.toSorted().join(" ")))
    assert.strictEqual(drawn.size, 10)
  })

  it("draws from half of the field, rounded up, and from at least two", () => {
    const upTo = (count: number) => ({ issues: [{ ...issue(1, 1n), enrolled: fromUids(Array.from({ length: count }, (_, uid) => uid)) }] })
    const most = (count: number) => Math.max(...seeds(100).flatMap((seed) => paired({ ...upTo(count), seed })[0] ?? []))
    assert.deepStrictEqual([2, 3, 4, 5, 6, 7, 8, 9, 10].map(most), [1, 1, 1, 2, 2, 3, 3, 4, 4])
  })

  it("keeps the order of the draw, and then that by rating, in the record", () => {
    const [pairing] = computePairs(base)
    assert.deepStrictEqual(
      pairing?.candidates.map(({ uid, isDrawn }) => [uid, isDrawn]),
      [...byHash([0, 1, 2, 3, 4]).map((uid) => [uid, true]), ...[5, 6, 7, 8, 9].map((uid) => [uid, false])]
    )
  })

  it("prefers the unoccupied to the occupied, whatever their ratings", () => {
    const busy = [running({ id: 1, uids: [0, 1], startedAt: S - 5 })]
    for (const seed of seeds(20))
      assert.deepStrictEqual(paired({ competitions: busy, maxCompetitionsPerMiner: 2, seed }), [firstTwo([2, 3, 4, 5, 6], 1, seed)])
  })

  it("draws only among those with the fewest running competitions; whoever comes next follows by rating", () => {
    const runs = (uids: ReadonlyArray<number>) => uids.map((uid, id) => running({ id, uids: [uid, 20 + uid], startedAt: S - 5 }))
    const two = { competitions: runs([0, 1, 2, 3, 4, 5, 6, 7]), maxCompetitionsPerMiner: 2 }
    for (const seed of seeds(20)) assert.deepStrictEqual(paired({ ...two, seed }), [firstTwo([8, 9], 1, seed)])
    const one = { competitions: runs([0, 1, 2, 3, 4, 5, 6, 7, 8]), maxCompetitionsPerMiner: 2 }
    for (const seed of seeds(20)) assert.deepStrictEqual(paired({ ...one, seed }), [[9, 0]])
  })

  it("drops those at the contract's maximum, and says so", () => {
    const busy = [running({ id: 1, uids: [0, 4], startedAt: S - 5 })]
    assert.deepStrictEqual(paired({ competitions: busy }), [firstTwo([1, 2, 3, 5])])
    assert.deepStrictEqual(dropsOf({ competitions: busy }), [
      [0, "AtMaxCompetitions"],
      [4, "AtMaxCompetitions"]
    ])
  })

  it("counts as running at S what ended or became known later, but not what started after S", () => {
    const endedLater = [won({ id: 1, uids: [0, 1], startedAt: S - 5, at: S + 1, winner: 0 })]
    const endedAtS = [won({ id: 1, uids: [0, 1], startedAt: S - 5, at: S, winner: 0 })]
    const startedLater = [running({ id: 1, uids: [0, 1], startedAt: S + 1 })]
    assert.deepStrictEqual(paired({ competitions: endedLater }), [firstTwo([2, 3, 4, 5])])
    assert.deepStrictEqual(paired({ competitions: endedAtS }), [firstTwo([0, 1, 2, 3, 4])])
    assert.deepStrictEqual(paired({ competitions: startedLater }), [firstTwo([0, 1, 2, 3, 4])])
  })

  it("breaks equal ratings by the hash, also where the half ends", () => {
    const equal = rated(new Map(Array.from({ length: 10 }, (_, uid) => [uid, 1_500_000])))
    for (const seed of seeds(10))
      assert.deepStrictEqual(paired({ ratings: equal, seed }), [firstTwo([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 1, seed)])
    const drawn = seeds(20).map((seed) => paired({ ratings: equal, seed }).join())
    assert.isAbove(new Set(drawn).size, 10)
  })

  it("never pairs two hotkeys of one coldkey: the first is paired with the next that fits, and the refusal is recorded", () => {
    const [first = 0, second = 0, third = 0] = byHash([0, 1, 2, 3, 4])
    const coldkey = account("coldkey", first)
    const neurons = base.neurons.map((neuron) => (neuron.uid === second ? { ...neuron, coldkey } : neuron))
    assert.deepStrictEqual(paired({ neurons }), [[first, third]])
    assert.deepStrictEqual(computePairs({ ...base, neurons })[0]?.refused, [{ a: hotkey(first), b: hotkey(second), why: "SameColdkey" }])
  })

  it("goes on with the best of the others if the drawn may not meet each other", () => {
    const neurons = base.neurons.map((neuron) => (neuron.uid < 5 ? { ...neuron, coldkey: account("coldkey", 0) } : neuron))
    assert.deepStrictEqual(paired({ neurons }), [[byHash([0, 1, 2, 3, 4])[0] ?? -1, 5]])
  })

  it("lets the same two meet twice in the window, whoever was named first, but not a third time", () => {
    const met = (id: number, at: number, uids: readonly [number, number]) => expired({ id, uids, startedAt: at - 10, at })
    // The two best of three are drawn: 0 and 1.
    const three = { issues: [{ ...issue(1, 1n), enrolled: fromUids([0, 1, 2]) }] }
    const [one = 0, other = 0] = byHash([0, 1])
    assert.deepStrictEqual(paired({ ...three, competitions: [met(1, S - 5, [0, 1])] }), [[one, other]])
    const twice = [met(1, S - 5, [0, 1]), met(2, S - 4, [1, 0])]
    assert.deepStrictEqual(paired({ ...three, competitions: twice }), [[one, 2]])
    const oneLongAgo = [met(1, S - defaultRatingRules.window, [0, 1]), met(2, S - 4, [1, 0])]
    assert.deepStrictEqual(paired({ ...three, competitions: oneLongAgo }), [[one, other]])
    const oneRunning = [met(1, S - 5, [0, 1]), running({ id: 2, uids: [0, 1], startedAt: S - 3 })]
    assert.deepStrictEqual(
      paired({ competitions: oneRunning, maxCompetitionsPerMiner: 2, issues: [{ ...issue(1, 1n), enrolled: fromUids([0, 1]) }] }),
      [null]
    )
  })

  it("moves on to the second in the order if nobody fits the first", () => {
    const [first = 0, second = 0] = byHash([0, 1])
    const neurons = base.neurons.slice(0, 3)
    const met = [second, 2].flatMap((other) =>
      [1, 2].map((time) => expired({ id: other * 10 + time, uids: [first, other], startedAt: S - 50, at: S - 40 }))
    )
    assert.deepStrictEqual(paired({ neurons, competitions: met, issues: [{ ...issue(1, 1n), enrolled: fromUids([0, 1, 2]) }] }), [
      [second, 2]
    ])
  })

  // A tenth of 100 is required, minus the 5 rao that a deposit may lose to rounding.
  it("drops miners that are unregistered, unrated, rated below 1200 or without collateral", () => {
    const ratings = rated(new Map([...Array.from({ length: 9 }, (_, uid) => [uid, 1_500_000] as const), [3, 1_199_999], [4, 1_200_000]]))
    const neurons = base.neurons.filter(({ uid }) => uid !== 6)
    const collateral = new Map([0, 1, 2, 3, 4, 5, 7, 8].map((uid) => [hotkey(uid) as string, uid === 5 ? 4n : 5n]))
    assert.deepStrictEqual(dropsOf({ ratings, neurons, collateral, collateralBps: 1_000 }), [
      [3, "RatingTooLow"],
      [5, "CollateralTooLow"],
      [6, "NotRegistered"],
      [9, "NotRated"]
    ])
  })

  it("serves the highest bounty first, then the lower id, and gives nobody two new pairs in a round", () => {
    const issues = [issue(5, 100n), issue(2, 100n), issue(9, 10n ** 15n), issue(7, 1n)]
    const pairings = computePairs({ ...base, issues })
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    const half = (uids: ReadonlyArray<number>) => uids.slice(0, Math.ceil(uids.length / 2))
    const pairOf = (id: number) => uidsOf(pairings.find((pairing) => pairing.issue === id))
    const without = (...ids: ReadonlyArray<number>) => all.filter((uid) => !ids.some((id) => pairOf(id)?.includes(uid)))
    assert.deepStrictEqual(
      pairings.map((pairing) => [pairing.issue, uidsOf(pairing)]),
      [
        [9, firstTwo(half(all), 9)],
        [2, firstTwo(half(without(9)), 2)],
        [5, firstTwo(half(without(9, 2)), 5)],
        [7, firstTwo(half(without(9, 2, 5)), 7)]
      ]
    )
    assert.deepStrictEqual(
      pairings[1]?.dropped.map(({ uid, why }) => [uid, why]),
      (pairOf(9) ?? []).toSorted((left, right) => left - right).map((uid) => [uid, "PairedThisRound"])
    )
  })

  it("keeps a miner free for a later issue if an earlier one found no pair", () => {
    const issues = [{ id: 1, bounty: 9n, enrolled: fromUids([0]) }, issue(2, 1n)]
    assert.deepStrictEqual(paired({ issues }), [null, firstTwo([0, 1, 2, 3, 4], 2)])
  })

  it("says why there is no pair", () => {
    const why = (enrolled: ReadonlyArray<number>, change: Partial<PairInput> = {}) => {
      const [pairing] = computePairs({ ...base, ...change, issues: [{ ...issue(1, 1n), enrolled: fromUids(enrolled) }] })
      return [pairing?.why, pairing?.candidates.length, pairing?.fieldNeeded]
    }
    assert.deepStrictEqual(why([]), ["FieldTooSmall", 0, 2])
    assert.deepStrictEqual(why([3]), ["FieldTooSmall", 1, 2])
    assert.deepStrictEqual(why([3, 200]), ["FieldTooSmall", 1, 2])
    const oneColdkey = base.neurons.map((neuron) => ({ ...neuron, coldkey: account("coldkey", 0) }))
    assert.deepStrictEqual(why([3, 4], { neurons: oneColdkey }), ["NoTwoFit", 2, 2])
    assert.deepStrictEqual(why([3, 4]), ["Paired", 2, 2])
  })
})

describe("the field that is needed", () => {
  it("is three for each 64 eligible miners, at least 2 and at most 12", () => {
    assert.deepStrictEqual(
      [0, 1, 2, 4, 42, 43, 48, 64, 65, 85, 86, 128, 234, 235, 256].map(fieldNeededFor),
      [2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 11, 12, 12]
    )
  })

  /** This many miners, all rated and enrolled on issue 2; the first `few` of them also on issue 1, which comes first. */
  const crowd = (count: number, few: number, change: Partial<PairInput> = {}): PairInput => {
    const uids = Array.from({ length: count }, (_, uid) => uid)
    return {
      ...base,
      neurons: uids.map((uid) => competitor(uid)),
      ratings: rated(new Map(uids.map((uid) => [uid, 1_500_000]))),
      issues: [
        { id: 1, bounty: 9n, enrolled: fromUids(uids.slice(0, few)) },
        { id: 2, bounty: 1n, enrolled: fromUids(uids) }
      ],
      ...change
    }
  }
  const decided = (input: PairInput) => computePairs(input).map(({ candidates, fieldNeeded, why }) => [candidates.length, fieldNeeded, why])

  it("counts everybody who is enrolled on any Open issue, and leaves an issue waiting whose own field is smaller", () => {
    assert.deepStrictEqual(decided(crowd(256, 11)), [
      [11, 12, "FieldTooSmall"],
      [256, 12, "Paired"]
    ])
    assert.deepStrictEqual(decided(crowd(256, 12)), [
      [12, 12, "Paired"],
      [254, 12, "Paired"]
    ])
    assert.deepStrictEqual(decided(crowd(42, 2)), [
      [2, 2, "Paired"],
      [40, 2, "Paired"]
    ])
  })

  it("counts the busy, and each UID once, but neither who has no neuron nor who is rated too low", () => {
    const busy = Array.from({ length: 20 }, (_, id) => running({ id, uids: [2 * id + 2, 2 * id + 3], startedAt: S - 5 }))
    assert.deepStrictEqual(decided(crowd(43, 2, { competitions: busy })), [
      [2, 3, "FieldTooSmall"],
      [3, 3, "Paired"]
    ])
    const low = new Map(Array.from({ length: 43 }, (_, uid) => [uid, uid === 42 ? 1_199_999 : 1_500_000] as const))
    assert.strictEqual(computePairs(crowd(43, 2, { ratings: rated(low) }))[0]?.fieldNeeded, 2)
    assert.strictEqual(computePairs(crowd(43, 2, { neurons: base.neurons }))[0]?.fieldNeeded, 2)
    assert.strictEqual(computePairs(crowd(43, 2))[0]?.fieldNeeded, 3)
  })
})

const issue = (id: number, bounty: bigint) => ({ id, bounty, enrolled: fromUids([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) })

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

describe("the hashes", () => {
  it("are blake2-256 of the documented bytes", () => {
    const key = toPublicKey(hotkey(3))
    const issueBytes = Uint8Array.of(0x02, 0x01, 0, 0)
    assert.deepStrictEqual(pairHash(SEED, 258, key), blake2b(Uint8Array.of(...SEED, ...issueBytes, ...key), { dkLen: 32 }))
    assert.deepStrictEqual(turnHash(SEED, hotkey(3)), blake2b(Uint8Array.of(...SEED, ...key), { dkLen: 32 }))
  })

  it("match golden values", () => {
    const zeros = new Uint8Array(32)
    assert.strictEqual(Buffer.from(pairHash(zeros, 1, zeros)).toString("hex"), GOLDEN_PAIR_HASH)
  })
})

// Python: hashlib.blake2b(bytes(32) + (1).to_bytes(4, "little") + bytes(32), digest_size=32).hexdigest()
const GOLDEN_PAIR_HASH = "fb3141f3e22bb82ec60c233131e7c350b7c5c7579e2c3d8ad34dab334762cb5a"

describe("turns", () => {
  const validators = Array.from({ length: 8 }, (_, index) => hotkey(index))

  it("are the same for everyone whatever the order of the list, and change with the block", () => {
    const order = turnOrder(SEED, validators)
    assert.deepStrictEqual(turnOrder(SEED, [...validators.toReversed(), hotkey(0)]), order)
    assert.sameMembers([...order], validators)
    const first = new Set(Array.from({ length: 40 }, (_, byte) => turnOrder(new Uint8Array(32).fill(byte), validators)[0]))
    assert.isAbove(first.size, 5)
  })

  it("let the other validators step in one after another", () => {
    const order = turnOrder(SEED, validators)
    assert.deepStrictEqual(
      order.map((key) => turnFrom(SEED, validators, key, 500, 3)),
      [500, 503, 506, 509, 512, 515, 518, 521]
    )
    assert.isNull(turnFrom(SEED, validators, hotkey(99), 500, 3))
  })
})

describe("UID bitmaps", () => {
  it("keep UID u at bit u % 8, lowest first, of byte u / 8", () => {
    assert.deepStrictEqual(
      [...fromUids([0, 9, 255])].flatMap((byte, index) => (byte === 0 ? [] : [[index, byte]])),
      [
        [0, 1],
        [1, 2],
        [31, 128]
      ]
    )
  })

  it("return the UIDs they were made from, and refuse others", () => {
    const uids = fc.uniqueArray(fc.nat(255))
    fc.assert(
      fc.property(uids, (set) =>
        assert.deepStrictEqual(
          toUids(fromUids(set)),
          set.toSorted((left, right) => left - right)
        )
      )
    )
    assert.throws(() => fromUids([256]), /256 is not within/)
    assert.isFalse(hasUid(new Uint8Array(32).fill(255), 256))
  })
})
