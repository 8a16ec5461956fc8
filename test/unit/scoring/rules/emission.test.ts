/** The emission's pools: what the roster may define, and the handling of a pool that this program does not compute. */
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as fc from "fast-check"
import { canonicalHash } from "../../../../src/domain/canonicalJson.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { Emission, ppmOfKind } from "../../../../src/domain/Emission.ts"
import { problemOf } from "../../../../src/domain/jsonProblem.ts"
import { RosterDocument } from "../../../../src/domain/Roster.ts"
import { blend } from "../../../../src/rules/weights/blend.ts"
import { poolDocuments, poolsOf, recycledPoolsText, recycledPpm } from "../../../../src/rules/weights/pools.ts"
import { nothingScored, scored } from "../../../../src/rules/weights/rewards.ts"

const roster = { version: 3, repositories: {}, languages: {}, token_weights: { structural_bonus: {}, leaf_tokens: {} } }

const decode = Schema.decodeUnknownSync(RosterDocument)
const emissionOf = (pools: object): Emission => Schema.decodeUnknownSync(Emission)({ version: 1, pools })

const problem = (emission: unknown): string =>
  Either.match(Schema.decodeUnknownEither(RosterDocument)({ ...roster, emission }), { onLeft: problemOf, onRight: () => "none" })

const pool = (fields: object) => ({ version: 1, pools: { work: { kind: "oss_contributions", share: 0.5, ...fields } } })

/** Kinds and shares in parts per million, at most the whole in total. Only the first pool of a computed kind stays. */
const anyPools = fc
  .array(fc.tuple(fc.constantFrom("oss_contributions", "issue_competitions", "champions", "essays", "talks"), fc.nat(1_000_000)), {
    maxLength: 7
  })
  .map((parts) => {
    const seen = new Set<string>()
    let left = 1_000_000
    return parts.map(([kind, most], index) => {
      const ppm = Math.min(most, left)
      left -= ppm
      const own = seen.has(kind) ? "again" : kind
      seen.add(kind)
      return [`pool_${index}`, { kind: own, share: ppm / 1_000_000 }] as const
    })
  })

describe("the roster's pools", () => {
  it("are those of August 2026 where a roster names none", () => {
    const expected: Emission = {
      version: 1,
      pools: {
        oss_contributions: { kind: "oss_contributions", share: 0.9 },
        issue_competitions: { kind: "issue_competitions", share: 0.1 }
      }
    }
    assert.deepStrictEqual(decode(roster).emission, expected)
    assert.deepStrictEqual(decode({ ...roster, emission: null }).emission, expected)
    assert.deepStrictEqual(defaultRoster.emission, expected)
    assert.strictEqual(recycledPpm(decode(roster).emission), 0)
  })

  it.each([
    [{}, "emission.version: is missing"],
    [{ version: 1 }, "emission.pools: is missing"],
    [{ version: 2, pools: {} }, "emission.version: 2 is not a version that this program knows: use 1"],
    [{ version: 1, pools: {}, treasury: 111 }, "emission.treasury: is not a known key"],
    [pool({ kind: undefined }), "emission.pools.work.kind: is missing"],
    [pool({ kind: "OSS" }), 'emission.pools.work.kind: "OSS" is not a name of lower-case letters, digits and _'],
    [pool({ share: undefined }), "emission.pools.work.share: is missing"],
    [pool({ share: "0.5" }), 'emission.pools.work.share: Expected number, actual "0.5"'],
    [pool({ share: -0.1 }), "emission.pools.work.share: Expected a number between 0 and 1, actual -0.1"],
    [pool({ share: 1.1 }), "emission.pools.work.share: Expected a number between 0 and 1, actual 1.1"],
    [pool({ share: 0.1 + 0.2 }), "emission.pools.work.share: 0.30000000000000004 has more than six decimals"],
    [pool({ share: 1e-7 }), "emission.pools.work.share: 1e-7 has more than six decimals"],
    [
      { version: 1, pools: { work: { kind: "champions", share: 0.5, winner_takes_all: {} } } },
      "emission.pools.work.winner_takes_all: only a pool of the kind oss_contributions can go to one miner"
    ],
    [
      pool({ winner_takes_all: { margin: 1.5 } }),
      "emission.pools.work.winner_takes_all.margin: Expected a number between 0 and 1, actual 1.5"
    ],
    [pool({ shares: 0.5 }), "emission.pools.work.shares: is not a known key"],
    [{ version: 1, pools: { "Work!": { kind: "essays", share: 0.1 } } }, 'emission.pools["Work!"]: is not a known key'],
    [
      { version: 1, pools: { more: { kind: "oss_contributions", share: 0.1 }, ...pool({}).pools } },
      "emission.pools.work.kind: oss_contributions is already the kind of more, and only one pool may be of that kind"
    ],
    [
      { version: 1, pools: { ...pool({}).pools, bounties: { kind: "issue_competitions", share: 0.500001 } } },
      "emission.pools: the shares of all pools (bounties 0.500001, work 0.5) are 1.000001, more than the whole"
    ]
  ])("with %j are refused by pool and key", (emission, expected) => {
    const found = problem(JSON.parse(JSON.stringify(emission)))
    assert.strictEqual(found.slice(0, expected.length), expected)
  })

  it("may be of a kind that this program does not compute, several of one too", () => {
    const emission = emissionOf({ b: { kind: "essays", share: 0.2 }, a: { kind: "essays", share: 0.1 }, ...pool({}).pools })
    assert.deepStrictEqual(poolDocuments(emission), [
      { name: "a", kind: "essays", share: 0.1, goes_to: "recycled" },
      { name: "b", kind: "essays", share: 0.2, goes_to: "recycled" },
      { name: "work", kind: "oss_contributions", share: 0.5, goes_to: "miners" }
    ])
    assert.strictEqual(
      recycledPoolsText(emission),
      "this program does not compute these pools, and their shares are recycled: a (kind essays, share 0.1), b (kind essays, share 0.2)"
    )
    assert.strictEqual(recycledPoolsText(defaultRoster.emission), undefined)
    const champions = nothingScored("none")
    const parts = blend(
      { oss_contributions: scored(new Map([[5, 1_000_000]])), issue_competitions: scored(new Map([[7, 1_000_000]])), champions },
      emission
    )
    assert.deepStrictEqual(
      [...parts],
      [
        [0, 500_000],
        [5, 500_000]
      ]
    )
  })

  it("may give a share to the champions, once, and the shares still add up to at most the whole", () => {
    const champions = { kind: "champions", share: 0.05 }
    assert.deepStrictEqual(poolDocuments(emissionOf({ champions, ...pool({}).pools })), [
      { name: "champions", kind: "champions", share: 0.05, goes_to: "champions" },
      { name: "work", kind: "oss_contributions", share: 0.5, goes_to: "miners" }
    ])
    assert.strictEqual(ppmOfKind(emissionOf({ champions }), "champions"), 50_000)
    assert.strictEqual(ppmOfKind(defaultRoster.emission, "champions"), 0)
    assert.strictEqual(
      problem({ version: 1, pools: { champions, winners: champions } }),
      "emission.pools.winners.kind: champions is already the kind of champions, and only one pool may be of that kind"
    )
    assert.match(problem({ version: 1, pools: { champions, ...pool({ share: 0.96 }).pools } }), /are 1\.01, more than the whole$/)
  })

  it("are accepted exactly when their shares are at most the whole: tenths and thirds of a sum leave no rounding error", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 6 }), (ppm) => {
        const pools = Object.fromEntries(ppm.map((part, index) => [`pool_${index}`, { kind: "essays", share: part / 1_000_000 }]))
        const sum = ppm.reduce((all, part) => all + part, 0)
        assert.strictEqual(problem({ version: 1, pools }) === "none", sum <= 1_000_000)
      })
    )
    const cut = fc.uniqueArray(fc.integer({ min: 1, max: 999_999 }), { maxLength: 9 })
    fc.assert(
      fc.property(cut, (cuts) => {
        const edges = [0, ...cuts.toSorted((left, right) => left - right), 1_000_000]
        const parts = edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0))
        const pools = (extra: number) =>
          Object.fromEntries(parts.map((part, index) => [`p${index}`, { kind: "essays", share: (part + (index === 0 ? extra : 0)) / 1e6 }]))
        assert.strictEqual(problem({ version: 1, pools: pools(0) }), "none")
        if ((parts[0] ?? 0) < 1_000_000) assert.match(problem({ version: 1, pools: pools(1) }), /are 1\.000001, more than the whole$/)
      })
    )
  })

  it("give each computed pool its share to the last part, and recycle all others", () => {
    fc.assert(
      fc.property(anyPools, fc.boolean(), fc.boolean(), fc.boolean(), (pools, isScored, hasTreasury, hasChampion) => {
        const emission = emissionOf(Object.fromEntries(pools))
        const parts = blend(
          {
            oss_contributions: isScored ? scored(new Map([[5, 1_000_000]])) : nothingScored("none"),
            issue_competitions: hasTreasury ? scored(new Map([[7, 1_000_000]])) : nothingScored("none"),
            champions: hasChampion ? scored(new Map([[9, 1_000_000]])) : nothingScored("none")
          },
          emission
        )
        const [work, bounties] = [ppmOfKind(emission, "oss_contributions"), ppmOfKind(emission, "issue_competitions")]
        const last = ppmOfKind(emission, "champions")
        assert.strictEqual(parts.get(5) ?? 0, isScored ? work : 0)
        assert.strictEqual(parts.get(7) ?? 0, hasTreasury ? bounties : 0)
        assert.strictEqual(parts.get(9) ?? 0, hasChampion ? last : 0)
        const unearned = (isScored ? 0 : work) + (hasTreasury ? 0 : bounties) + (hasChampion ? 0 : last)
        assert.strictEqual(parts.get(0) ?? 0, recycledPpm(emission) + unearned)
      })
    )
  })

  it("mean the same in any order, and another share or kind has another hash", () => {
    fc.assert(
      fc.property(anyPools, (pools) => {
        const [forth, back] = [pools, pools.toReversed()].map((order) => emissionOf(Object.fromEntries(order)))
        if (forth === undefined || back === undefined) throw new Error("two orders")
        assert.deepStrictEqual(poolsOf(forth), poolsOf(back))
        assert.strictEqual(canonicalHash(forth), canonicalHash(back))
      })
    )
    const hashes = [pool({}), pool({ share: 0.500001 }), pool({ kind: "essays" }), null].map((emission) =>
      canonicalHash(Schema.encodeSync(RosterDocument)(decode({ ...roster, emission })))
    )
    assert.strictEqual(new Set(hashes).size, 4)
  })
})
