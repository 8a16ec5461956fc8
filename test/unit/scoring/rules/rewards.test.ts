import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { Emission } from "../../../../src/domain/Emission.ts"
import type { RosterRepository } from "../../../../src/domain/Roster.ts"
import { repositoriesOf } from "../../../../src/rules/contributions/repositories.ts"
import { emissionRewards } from "../../../../src/rules/contributions/rewards.ts"
import { repository } from "./parts.ts"

type Scores = Readonly<Record<number, number>>

interface Given {
  readonly repos: Readonly<Record<string, RosterRepository>>
  readonly contributions?: Readonly<Record<string, Scores>>
  readonly discoveries?: Readonly<Record<string, Scores>>
  readonly maintainers?: Readonly<Record<string, ReadonlyArray<number>>>
  readonly uids?: ReadonlyArray<number>
  readonly emission?: Emission
  readonly treasury?: number
  readonly points?: Readonly<Record<string, number>>
}

/** Scores and points are counted in billionths. */
const parts = (score: number) => BigInt(Math.round(score * 1e9))

const scoresOf = (scores: Scores = {}) => new Map(Object.entries(scores).map(([uid, score]) => [Number(uid), parts(score)]))

const inputOf = ({ repos, contributions = {}, discoveries = {}, maintainers = {}, points = {}, uids = [0, 1, 2, 3, 111] }: Given) => ({
  uids: new Set(uids),
  repositories: repositoriesOf(repos),
  scorers: new Map(
    Object.keys(repos).map((name) => [
      name,
      { contributions: scoresOf(contributions[name]), discoveries: scoresOf(discoveries[name]), points: parts(points[name] ?? 0), lost: 0n }
    ])
  ),
  point: 1_000_000_000n,
  maintainers: new Map(Object.entries(maintainers))
})

const rewards = (given: Given) => emissionRewards(inputOf(given), given.emission ?? defaultRoster.emission, given.treasury ?? 111)

const check = (given: Given, expected: Readonly<Record<number, number>>) => {
  const found = rewards(given)
  for (const uid of found.keys()) assert.closeTo(found.get(uid) ?? 0, expected[uid] ?? 0, 1e-12, `UID ${uid}`)
  assert.sameMembers([...found.keys()], given.uids === undefined ? [0, 1, 2, 3, 111] : [...given.uids])
}

const whole = (fields: Parameters<typeof repository>[0] = {}) => repository({ emission_share: 1, issue_discovery_share: 0.25, ...fields })

describe("rewards", () => {
  it("follow the roster's pools, recycle pools of other kinds and what no pool has, and pay the round's treasury", () => {
    const emission = Schema.decodeUnknownSync(Emission)({
      version: 1,
      pools: {
        work: { kind: "oss_contributions", share: 0.5 },
        bounties: { kind: "issue_competitions", share: 0.2 },
        essays: { kind: "essays", share: 0.15 },
        talks: { kind: "talks", share: 0.05 }
      }
    })
    const given = { repos: { "a/b": whole() }, contributions: { "a/b": { 1: 3, 2: 1 } }, emission }
    check(given, { 0: 0.3, 1: 0.375, 2: 0.125, 111: 0.2 })
    check({ ...given, treasury: 3 }, { 0: 0.3, 1: 0.375, 2: 0.125, 3: 0.2 })
    check({ ...given, contributions: {} }, { 0: 0.8, 111: 0.2 })
    // As in today's program, the share of an unregistered treasury is left out.
    check({ ...given, treasury: 9 }, { 0: 0.3, 1: 0.375, 2: 0.125 })
    check({ ...given, emission: { version: 1, pools: {} } }, { 0: 1 })
    // A recorded round has no competition, so the champions' share is recycled too.
    const pools = { ...emission.pools, winners: { kind: "champions", share: 0.1 } }
    check({ ...given, emission: { version: 1, pools } }, { 0: 0.3, 1: 0.375, 2: 0.125, 111: 0.2 })
    check({ ...given, emission: { version: 1, pools: { winners: { kind: "champions", share: 1 } } } }, { 0: 1 })
  })

  it("add up to the whole, and are never negative", () => {
    const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100)
    const scores = fc.dictionary(fc.constantFrom("1", "2", "3"), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
    const repos = fc.array(
      fc.record({
        emission: share,
        discovery: share,
        cut: share,
        contributions: scores,
        discoveries: scores,
        maintainers: fc.subarray([1, 2, 3])
      }),
      { maxLength: 6 }
    )
    fc.assert(
      fc.property(repos, (list) => {
        const named = list.map((one, index) => [`a/r${index}`, one] as const)
        const of = <A>(part: (one: (typeof list)[number]) => A) => Object.fromEntries(named.map(([name, one]) => [name, part(one)]))
        const found = rewards({
          repos: of(({ emission, discovery, cut }) =>
            repository({ emission_share: emission / list.length, issue_discovery_share: discovery, maintainer_cut: cut / 2 })
          ),
          contributions: of(({ contributions }) => contributions),
          discoveries: of(({ discoveries }) => discoveries),
          maintainers: of(({ maintainers }) => maintainers)
        })
        const parts = [...found.values()]
        assert.isTrue(parts.every((part) => part >= 0))
        assert.closeTo(
          parts.reduce((sum, part) => sum + part, 0),
          1,
          1e-9
        )
      })
    )
  })
})
