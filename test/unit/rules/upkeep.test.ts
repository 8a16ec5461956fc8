/** The due chores for issues and the treasury at a block, and when stake is noted. */

import { assert, describe, it } from "@effect/vitest"
import type { CompetitionStatus, Issue, Treasury } from "../../../src/contract-client/generated.ts"
import type { CastVote } from "../../../src/contract-client/readings.ts"
import { expiresFrom, waitOf } from "../../../src/contract-client/standing.ts"
import { drawn } from "../../../src/scoring/issue_competitions/notes.ts"
import { choresIn, isWorthHarvesting } from "../../../src/scoring/issue_competitions/upkeep.ts"
import { waitBehind } from "../../../src/story/waits.ts"
import { hotkey, registeredCompetition } from "../../support/rules/world.ts"

/** The time for verdicts ends at block 50, and votes must have stood for 10 blocks. */
const { registered, running } = registeredCompetition({ issue: 7, repository: "acme/widgets" })
const config = { quorumBps: 6_000, challengePeriod: 10, day: 4, ownerDelay: 8, recycleAfter: 700 }
const NOT_PLANNED = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } } as const

const voted = (...since: ReadonlyArray<number>): ReadonlyArray<CastVote> =>
  since.map((block, index) => ({ validator: hotkey(index), choice: NOT_PLANNED, since: block, cast: null }))

const electorate = (turnedAt = 0) => ({
  validators: [1, 2, 3, 4].map((_, index) => ({
    hotkey: hotkey(index),
    coldkeys: [],
    noted: { before: 10n, day: 10n, since: 10n },
    weight: 10n
  })),
  total: 40n,
  turnedAt
})

interface Given {
  readonly issue?: Partial<Issue>
  readonly status?: CompetitionStatus
  readonly votes?: ReadonlyArray<CastVote>
  readonly turnedAt?: number
}

const due = (block: number, { issue = {}, status = running.status, turnedAt, votes = [] }: Given = {}) =>
  choresIn(
    { config, liveIssues: [{ ...registered, ...issue }], competitions: new Map([[running.id, { ...running, status }]]) },
    { votes: new Map([[registered.id, votes]]), electorate: electorate(turnedAt) },
    block
  ).map(({ _tag, due }) => `${_tag} ${due}`)

describe("what is due", () => {
  it("is the expiry of a match without a verdict, three waits after the time for one", () => {
    assert.deepStrictEqual(due(79), [])
    // A transaction is included in the next block.
    assert.deepStrictEqual(due(80), ["Expire 81"])
  })

  it("is to settle what enough votes of age agree on, and no expiry meanwhile", () => {
    assert.deepStrictEqual(due(39, { votes: voted(12, 20, 31) }), [], "the third is too young")
    assert.deepStrictEqual(due(39, { votes: voted(12, 20, 31, 30) }), ["Settle 40"], "the fourth is not")
    assert.deepStrictEqual(due(100, { votes: voted(12, 20, 31) }), ["Settle 41"])
    assert.deepStrictEqual(due(100, { votes: voted(12, 20) }), ["Expire 81"], "two of four are no quorum of 60 %")
  })

  it("is due since the turn of the notes that may have made it a quorum", () =>
    assert.deepStrictEqual(due(100, { votes: voted(12, 20, 31), turnedAt: 95 }), ["Settle 95"]))

  it("waits on an issue without a match for the setting's time, and half a day longer than a change waits", () => {
    const open = { status: { _tag: "Open" as const }, competition: null }
    assert.deepStrictEqual(due(39, { issue: open, votes: voted(12, 20, 31) }), [])
    assert.deepStrictEqual(due(40, { issue: open, votes: voted(12, 20, 31) }), ["Settle 41"])
    assert.strictEqual(waitOf(null, { ...config, ownerDelay: 18 }), 20)
    assert.strictEqual(waitOf({ challengePeriod: 30 }, { ...config, ownerDelay: 18 }), 30)
    assert.strictEqual(waitOf({ challengePeriod: 2_628_000 }, config), 100_800)
    assert.strictEqual(waitBehind({ outcomeUntil: { block: 900 }, expiresFrom: { block: expiresFrom({ outcomeUntil: 900 }, 20) } }), 20)
  })

  it("is the payment as soon as the issue is solved", () => {
    const won: CompetitionStatus = { _tag: "Won", winner: 0, pullRequest: 1, at: 40 }
    assert.deepStrictEqual(due(40, { issue: { status: { _tag: "Solved" } }, status: won }), ["Payout 40"])
  })
})

describe("a harvest", () => {
  const free = { pendingAvailable: 0n, fresh: 0n, aged: 0n, agedAt: 100 }
  const pays = (
    treasury: Partial<Treasury>,
    {
      block = 200,
      ownerDelay = 10,
      status = "Open"
    }: { readonly block?: number; readonly ownerDelay?: number; readonly status?: "Open" | "Funding" } = {}
  ) =>
    isWorthHarvesting(
      { config: { ...config, ownerDelay }, competitions: new Map(), liveIssues: [{ ...registered, status: { _tag: status } }] },
      { ...free, ...treasury },
      block
    )

  it("fetches what the chain lets go, but no dust", () => {
    assert.isTrue(pays({ pendingAvailable: 6n }))
    assert.isFalse(pays({ pendingAvailable: 5n }))
  })

  it("gives free money to an issue that waits for it, or turns it when its time has come", () => {
    assert.isTrue(pays({ fresh: 100n }, { status: "Funding" }))
    assert.isFalse(pays({ fresh: 100n }), "nothing waits for it, and it is not there for long")
    assert.isFalse(pays({ aged: 100n }, { block: 798 }))
    assert.isTrue(pays({ aged: 100n }, { block: 799 }))
    assert.isFalse(pays({ aged: 5n }, { block: 799 }), "dust")
  })

  it("does neither while the contract is being set up", () => assert.isFalse(pays({ fresh: 100n }, { status: "Funding", ownerDelay: 0 })))
})

describe("the look of the day", () => {
  it("comes once in each, at the block that was drawn for it", () => {
    const draws = [30, 99, 0]
    let state: ReturnType<typeof drawn>[1] | undefined
    const looks: Array<number> = []
    for (let block = 1_000; block < 1_300; block++) {
      const [isDue, next] = drawn(state, block, 100, () => draws.shift() ?? 0)
      if (isDue) looks.push(block)
      state = next
    }
    assert.deepStrictEqual(looks, [1_030, 1_199, 1_200])
  })

  it("comes at the next head if the drawn block was missed", () => {
    const [isDue, state] = drawn({ from: 0, at: 40, done: false }, 60, 100, () => 0)
    assert.isTrue(isDue)
    assert.isFalse(drawn(state, 61, 100, () => 0)[0])
  })
})
