import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { scoreRound } from "../../../../src/rules/contributions/scoreRound.ts"
import { differences, documentOf, type GivenRound, givenRounds } from "./rounds.ts"

const anyRound = fc.constantFrom(...givenRounds)

const turned = <A>(record: Readonly<Record<string, A>>): Record<string, A> => Object.fromEntries(Object.entries(record).toReversed())

describe("a round", () => {
  it("matches the subnet's public program, figure by figure", () => {
    assert.isAbove(givenRounds.length, 10)
    for (const round of givenRounds) assert.deepStrictEqual(differences(documentOf(round), round.want), [])
  })

  it("no longer matches with one multiplier, account or second changed", () => {
    const changes: ReadonlyArray<(round: GivenRound) => GivenRound> = [
      (round) => ({ ...round, record: { ...round.record, now: round.record.now + 86_400_000_000 } }),
      (round) => ({ ...round, record: { ...round.record, pulls: {} } }),
      (round) => ({ ...round, record: { ...round.record, issues: {} } }),
      (round) => ({ ...round, totals: new Map() })
    ]
    for (const change of changes) assert.isTrue(givenRounds.some((round) => differences(documentOf(change(round)), round.want).length > 0))
  })

  it("distributes the whole emission, and no negative share", () => {
    for (const round of givenRounds) {
      const uids = { ...round.record.uids, "0": null, "111": round.record.uids["111"] ?? null }
      const { rewards } = scoreRound({ record: { ...round.record, uids }, totals: round.totals }, defaultRoster.emission)
      const parts = [...rewards.values()]
      assert.isTrue(parts.every((part) => part >= 0))
      assert.closeTo(
        parts.reduce((sum, part) => sum + part, 0),
        1,
        1e-12
      )
    }
  })

  it("does not depend on the order of repositories and accounts", () => {
    fc.assert(
      fc.property(anyRound, ({ record, totals, want }) => {
        const other = {
          ...record,
          repos: turned(record.repos),
          pulls: turned(record.pulls),
          issues: turned(record.issues),
          maintainer_uids_by_repo: turned(record.maintainer_uids_by_repo)
        }
        assert.deepStrictEqual(differences(documentOf({ record: other, totals: new Map([...totals].toReversed()) }), want), [])
      }),
      { numRuns: 12 }
    )
  })

  it("does not depend on the order of a miner's pull requests and issues, except for the report's order", () => {
    fc.assert(
      fc.property(anyRound, fc.integer(), ({ record, totals, want }, seed) => {
        const shuffled = <A>(list: ReadonlyArray<A>) =>
          list
            .map((value, index) => ({ value, at: Math.imul(index + 1, seed | 1) >>> 0 }))
            .toSorted((left, right) => left.at - right.at)
            .map(({ value }) => value)
        const each = <A>(lists: Readonly<Record<string, ReadonlyArray<A>>>) =>
          Object.fromEntries(Object.entries(lists).map(([account, list]) => [account, shuffled(list)]))
        const found = documentOf({ record: { ...record, pulls: each(record.pulls), issues: each(record.issues) }, totals })
        assert.deepStrictEqual(differences({ ...found, pull_requests: [] }, { ...want, pull_requests: [] }), [])
      }),
      { numRuns: 40 }
    )
  })

  it("gives two miners with one account nothing, whatever their order", () => {
    for (const { record, totals } of givenRounds) {
      const [uid, account] = Object.entries(record.uids).find(([, account]) => account !== null) ?? []
      if (uid === undefined || account === undefined) throw new Error("a round without miners")
      const shared = { ...record, uids: { ...record.uids, "200": account }, maintainer_uids_by_repo: {} }
      const { rewards, miners } = scoreRound({ record: shared, totals }, defaultRoster.emission)
      assert.deepStrictEqual([rewards.get(Number(uid)), rewards.get(200)], [0, 0])
      assert.isFalse(miners.some((miner) => miner.account === account))
    }
  })

  it("ignores case in repositories' names", () => {
    const louder = <A>(things: Readonly<Record<string, A>>) =>
      Object.fromEntries(Object.entries(things).map(([name, thing]) => [name.toUpperCase(), thing]))
    for (const { record, totals, want } of givenRounds) {
      const other = { ...record, repos: louder(record.repos), maintainer_uids_by_repo: louder(record.maintainer_uids_by_repo) }
      assert.deepStrictEqual(differences(documentOf({ record: other, totals }), want), [])
    }
  })
})
