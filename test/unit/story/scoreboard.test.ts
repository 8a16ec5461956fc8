/** The state of play of a competition in one headline: examples of each state, and what holds for every input. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Competition, CompetitionDetail } from "../../../src/dashboard/api/definition/competitions.ts"
import type { CountedVote } from "../../../src/story/ballots.ts"
import type { Pull } from "../../../src/story/competitor.ts"
import { type Match, type Scoreboard, scoreboardOf } from "../../../src/story/scoreboard.ts"
import { stopOf } from "../../../src/story/track.ts"
import { competitions } from "../../../web/src/book/competitions.ts"

const START = Date.parse("2026-11-01T00:00:00Z")

const at = (block: number) => ({ block, time: new Date(START + block * 12_000).toISOString() })
const later = (block: number) => ({ block, time: null })

const pull = (hotkey: string, number: number, change: Partial<Pull> = {}): Pull => ({
  number,
  hotkey,
  state: "open",
  createdAt: at(200).time,
  mergedAt: null,
  early: false,
  ...change
})

const merged = (hotkey: string, number: number, block: number, change: Partial<Pull> = {}): Pull =>
  pull(hotkey, number, { state: "merged", mergedAt: at(block).time, ...change })

const vote = (block: number, validator: string, choice: object, weight: number, change: Partial<CountedVote> = {}): CountedVote => ({
  at: at(block),
  kind: "outcome",
  validator,
  choice,
  weight: `${weight}`,
  totalWeight: "100",
  endedAt: null,
  endedBy: null,
  ...change
})

const solved = (hotkey: string, pullRequest: number) => ({ _tag: "Solved", hotkey, pullRequest })

const match = (change: Partial<Match> = {}): Match => ({
  status: "Running",
  a: { hotkey: "5Ant", login: "mossy-lantern", rating: 1_600, provisional: false, expected: 0.64 },
  b: { hotkey: "5Bee", login: "amber-kite", rating: 1_500, provisional: true, expected: 0.36 },
  submissionsFrom: at(100),
  deadline: later(1_000),
  outcomeUntil: later(1_200),
  winner: null,
  pullRequest: null,
  reason: null,
  unsolved: null,
  collateral: "20000000000",
  slash: "5000000000",
  payableAt: null,
  paid: null,
  steps: [],
  votes: [],
  pullRequests: [],
  ...change
})

const atBlock = (block: number) => ({ head: { block }, quorum: 0.5 })
const told = (change: Partial<Match>, block = 500): readonly [Scoreboard["leader"], string] => {
  const { leader, headline } = scoreboardOf(match(change), atBlock(block))
  return [leader, headline]
}

describe("the track", () => {
  it("keeps the checks that pass when changes are requested", () => {
    const { a, b, ...state } = scoreboardOf(
      match({
        pullRequests: [
          pull("5Ant", 37, { checks: "passing", review: "changesRequested" }),
          pull("5Bee", 41, { checks: "failing", review: "changesRequested" })
        ]
      }),
      atBlock(500)
    )
    assert.deepStrictEqual([stopOf({ a, b, ...state }, "a"), stopOf({ a, b, ...state }, "b")], ["checks", "open"])
  })
})

describe("the scoreboard", () => {
  it("names the leader and the reason, by the strongest fact", () => {
    assert.deepStrictEqual(
      [
        told({}, 50),
        told({}),
        told({ pullRequests: [pull("5Ant", 37, { draft: true })] }),
        told({ pullRequests: [pull("5Ant", 37, { draft: true }), pull("5Bee", 41)] }),
        told({ pullRequests: [pull("5Ant", 37), pull("5Bee", 41)] }),
        told({ pullRequests: [pull("5Ant", 37, { checks: "passing" }), pull("5Bee", 41)] }),
        told({ pullRequests: [pull("5Ant", 37, { checks: "failing" })] }),
        told({ pullRequests: [pull("5Ant", 37, { checks: "passing", review: "changesRequested" })] }),
        told({
          pullRequests: [pull("5Ant", 37, { checks: "passing" }), pull("5Bee", 41, { checks: "passing", review: "changesRequested" })]
        }),
        told({ pullRequests: [pull("5Ant", 37, { review: "approved" }), pull("5Bee", 41, { checks: "failing" })] }),
        told({ pullRequests: [pull("5Ant", 37, { checks: "passing" }), pull("5Bee", 41, { review: "approved" })] }),
        told({ pullRequests: [merged("5Ant", 37, 300)] }),
        told({ pullRequests: [merged("5Ant", 37, 300), merged("5Bee", 41, 299)] }),
        told({ pullRequests: [merged("5Ant", 37, 300)], votes: [vote(310, "v1", solved("5Ant", 37), 35)] }),
        told({ pullRequests: [merged("5Ant", 37, 300)], votes: [vote(310, "v1", solved("5Bee", 41), 35)] }),
        told({ votes: [vote(1_010, "v1", { _tag: "Unsolved" }, 49.99999)].map((one) => ({ ...one, weight: "49" })) }, 1_010),
        told({ votes: [vote(1_010, "v1", { _tag: "Cancelled", reason: { _tag: "Deleted" } }, 20)] }, 1_010),
        told({
          pullRequests: [merged("5Ant", 37, 300)],
          votes: [vote(310, "v1", solved("5Ant", 37), 20), vote(311, "v2", solved("5Bee", 41), 20)]
        })
      ],
      [
        [null, "No pull request yet · pull requests do not count yet"],
        [null, "No pull request yet · pull requests count now"],
        ["a", "mossy-lantern has #37 in draft · nothing from amber-kite yet"],
        ["b", "amber-kite opened #41 · mossy-lantern has #37 in draft"],
        [null, "Both have a pull request open · pull requests count now"],
        ["a", "mossy-lantern passes all checks with #37 · amber-kite opened #41"],
        ["a", "mossy-lantern opened #37 · its checks fail"],
        ["a", "mossy-lantern opened #37 · changes are requested"],
        ["a", "mossy-lantern passes all checks with #37 · amber-kite has to change #41"],
        ["a", "mossy-lantern got #37 approved · checks of amber-kite's #41 fail"],
        ["b", "amber-kite got #41 approved · mossy-lantern passes all checks with #37"],
        ["a", "mossy-lantern got #37 merged · no vote yet"],
        ["b", "amber-kite got #41 merged first · no vote yet"],
        ["a", "mossy-lantern got #37 merged · 35 of 50% voted"],
        ["b", "amber-kite leads the vote · 35 of 50% voted"],
        [null, "Validators find that nobody solved it · 49 of 50% voted"],
        [null, "Validators vote to cancel: it was deleted on GitHub · 20 of 50% voted"],
        ["a", "mossy-lantern got #37 merged · the vote is level"]
      ]
    )
  })

  it("lets what validators found decide between two that are as far, and says who is ahead in a few words", () => {
    const pullRequests = [
      pull("5Ant", 37, { checks: "passing", review: "approved" }),
      pull("5Bee", 41, { checks: "passing", review: "approved" })
    ]
    const found = (number: number, kind: string, tests: number | null = null) => ({
      ...{ repository: "acme/widgets", number, kind, tests, commit: "c", validators: 2 }
    })
    const standing = (change: Partial<Match>) => {
      const { headline, standing: said, because } = scoreboardOf(match(change), atBlock(500))
      return [because, headline, said]
    }
    assert.deepStrictEqual(standing({ pullRequests }), ["level", "Both got a pull request approved · pull requests count now", "level"])
    assert.deepStrictEqual(standing({ pullRequests, plays: [found(37, "unproven"), found(41, "verified", 1)] }), [
      "findings",
      "amber-kite got #41 approved · 1 failing test now passes",
      "ahead: passes all checks, approved, 1 failing test now passes"
    ])
    assert.deepStrictEqual(standing({ pullRequests, plays: [found(37, "gateRejected")] }), [
      "findings",
      "amber-kite got #41 approved · mossy-lantern's #37: the gate rejects it",
      "ahead: passes all checks, approved"
    ])
    assert.deepStrictEqual(standing({ pullRequests: [pull("5Ant", 37, { draft: true })] })[2], "ahead: in draft")
    assert.deepStrictEqual(standing({})[2], null)
    assert.deepStrictEqual(standing({ pullRequests: [merged("5Ant", 37, 300)], plays: [found(37, "reverted")] })[2], null)
    assert.deepStrictEqual(standing({ pullRequests, status: "Won", winner: "a", pullRequest: 37 })[2], null)
    const { a } = scoreboardOf(match({ pullRequests, plays: [found(37, "unproven")] }))
    assert.deepStrictEqual(a.facts, ["passes all checks", "approved", "no test tells the difference"])
  })

  it("says how far validators are, once nothing else decides", () => {
    const deciding = (change: Partial<Match>, block = 500) => scoreboardOf(match(change), atBlock(block)).deciding
    const mergedOne = { pullRequests: [merged("5Ant", 37, 300)] }
    assert.deepStrictEqual(
      [
        deciding({ pullRequests: [pull("5Ant", 37, { review: "approved" })] }),
        deciding(mergedOne),
        deciding({ ...mergedOne, votes: [vote(310, "v1", solved("5Ant", 37), 21)] }),
        deciding({}, 1_010),
        deciding({ ...mergedOne, status: "Won", winner: "a", pullRequest: 37 })
      ],
      [null, "no vote yet", "21 of 50% so far", "no vote yet", null]
    )
  })

  it("does not count what came too early or too late", () => {
    assert.deepStrictEqual(
      [
        told({ pullRequests: [pull("5Ant", 37, { early: true })] }),
        told({ pullRequests: [pull("5Ant", 37, { early: true }), pull("5Bee", 41)] }),
        told({ deadline: at(1_000), pullRequests: [merged("5Ant", 37, 1_001)] }, 1_010),
        told({ pullRequests: [pull("5Ant", 37, { state: "closed" })] }),
        told({ pullRequests: [merged("5Cat", 37, 300)] })
      ],
      [
        [null, "mossy-lantern opened #37 too early · it does not count"],
        ["b", "amber-kite opened #41 · mossy-lantern opened #37 too early"],
        [null, "mossy-lantern got #37 merged after the deadline · validators decide"],
        [null, "No pull request that counts · pull requests count now"],
        [null, "No pull request yet · pull requests count now"]
      ]
    )
  })

  it("tells each end", () => {
    const won = { status: "Won", winner: "a", pullRequest: 37, payableAt: later(700) } as const
    const verdict = vote(310, "v1", solved("5Ant", 37), 60, { endedAt: at(320), endedBy: "passed" })
    const challenge = vote(400, "v2", { _tag: "Cancelled", reason: { _tag: "Reverted" } }, 20)
    assert.deepStrictEqual(
      [
        told(won),
        told(won, 700),
        told({ ...won, votes: [verdict, challenge] }),
        told({ ...won, paid: { amount: "100" } }),
        told({ status: "Expired", unsolved: true }),
        told({ status: "Expired" }),
        told({}, 1_300),
        told({ status: "Void", reason: { _tag: "NotPlanned" } }),
        told({ status: "Void", reason: { _tag: "SubmittedTooEarly", hotkey: "5Bee" } }),
        told({ status: "Void", reason: { _tag: "Reverted" } })
      ],
      [
        ["a", "mossy-lantern won with #37 · in the challenge period"],
        ["a", "mossy-lantern won with #37 · payable now"],
        ["a", "mossy-lantern won with #37 · 20 of 50% voted to take it back"],
        ["a", "mossy-lantern won with #37 · paid"],
        [null, "Nobody solved it in time · the bounty stays"],
        [null, "No verdict in time · the bounty stays"],
        [null, "No verdict in time · it can be ended now"],
        [null, "Void · it was closed as not planned"],
        [null, "amber-kite opened a pull request too early · void"],
        [null, "The win was taken back · the solution was reverted before the payment"]
      ]
    )
  })

  it("says less of a row of a list, and no more than the row has", () => {
    const { votes: _votes, pullRequests: _pulls, steps: _steps, paid: _paid, payableAt: _payable, ...row } = match()
    const board = scoreboardOf(row, atBlock(500))
    assert.deepStrictEqual([board.leader, board.because, board.headline, board.vote], [null, "unknown", "Pull requests count now", null])
  })

  it("knows the stakes, and when the phase ends", () => {
    const board = scoreboardOf(match(), { ...atBlock(500), bounty: "7" })
    assert.deepStrictEqual(board.stakes, { bounty: 7n, collateral: 20_000_000_000n, slash: 5_000_000_000n })
    // K is 20 for the one and 40 for the newcomer; an expired competition counts as a loss against 1500.
    assert.deepStrictEqual(board.a.points, { win: 7.2, loss: -12.8, expiry: -12.801 })
    assert.deepStrictEqual(board.b.points, { win: 25.6, loss: -14.4, expiry: -20 })
    assert.deepStrictEqual(board.until, { block: 1_000, what: "deadline" })
    assert.deepStrictEqual(scoreboardOf(match(), {}).until, { block: 100, what: "pull requests count" })
    assert.strictEqual(scoreboardOf(match({ paid: { amount: 9n }, status: "Won", winner: "a" }), { bounty: 7n }).stakes.bounty, 9n)
  })

  it("says what was decided and waits, whatever the phase", () => {
    const waiting = { _tag: "Cancelled", reason: { _tag: "Duplicate" } }
    for (const change of [{}, { status: "Won", winner: "a", pullRequest: 3, payableAt: later(700) }] as const) {
      const board = scoreboardOf(match({ ...change, waiting, waitingFrom: later(900) }), atBlock(500))
      assert.deepStrictEqual(board.until, { block: 900, what: "the decision takes effect" })
      assert.strictEqual(
        board.headline,
        "Validators decided to cancel the issue: it is a duplicate of another issue · they can take it back"
      )
    }
  })

  it("takes the API's answers as they are, encoded and decoded", () => {
    const accepts = (one: Competition | CompetitionDetail): Scoreboard => scoreboardOf(one)
    assert.isFunction(accepts)
    for (const [state, one] of Object.entries(competitions)) assert.notInclude(scoreboardOf(one).headline, "undefined", state)
  })
})

const hotkeys = ["5Ant", "5Bee", "5Cat"]
const anyHotkey = fc.constantFrom(...hotkeys)
const anyChoice = fc.oneof(
  fc.record({ _tag: fc.constant("Solved"), hotkey: anyHotkey, pullRequest: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ _tag: "Unsolved" }),
  fc.record({ _tag: fc.constant("Cancelled"), reason: fc.record({ _tag: fc.constantFrom("Deleted", "Duplicate", "OfATime") }) }),
  fc.anything()
)
const anyPull = fc
  .record({
    hotkey: fc.option(anyHotkey),
    number: fc.integer({ min: 1, max: 9 }),
    state: fc.constantFrom("open" as const, "closed" as const, "merged" as const),
    block: fc.integer({ min: 100, max: 1_100 }),
    early: fc.option(fc.boolean()),
    draft: fc.option(fc.boolean()),
    checks: fc.option(fc.constantFrom("passing" as const, "failing" as const, "pending" as const)),
    review: fc.option(fc.constantFrom("approved" as const, "changesRequested" as const, "required" as const))
  })
  .map(({ block, ...rest }): Pull => ({ ...rest, createdAt: at(100).time, mergedAt: rest.state === "merged" ? at(block).time : null }))
const anyVotes = fc
  .array(fc.record({ validator: fc.constantFrom("v1", "v2", "v3"), choice: anyChoice, weight: fc.integer({ min: 0, max: 100 }) }), {
    maxLength: 6
  })
  .map((votes) => votes.map(({ validator, choice, weight }, index) => vote(300 + index, validator, Object(choice), weight)))
const anyMatch = fc
  .record({
    status: fc.constantFrom("Running" as const, "Running" as const, "Won" as const, "Expired" as const, "Void" as const),
    winner: fc.option(fc.constantFrom("a" as const, "b" as const)),
    pullRequest: fc.option(fc.integer({ min: 1, max: 9 })),
    reason: fc.option(fc.record({ _tag: fc.constantFrom("SubmittedTooEarly", "Deleted", "New"), hotkey: anyHotkey })),
    unsolved: fc.option(fc.boolean()),
    deadline: fc.constantFrom(at(1_000), later(1_000)),
    votes: anyVotes,
    pullRequests: fc.array(anyPull, { maxLength: 5 }),
    paid: fc.option(fc.constant({ amount: "5" })),
    payableAt: fc.option(fc.constant(later(700)))
  })
  .map((change) => match({ ...change, winner: change.status === "Won" ? change.winner : null }))
const anyBlock = fc.integer({ min: 0, max: 1_400 })

const exchanged = (one: Match): Match => ({
  ...one,
  a: one.b,
  b: one.a,
  winner: one.winner === null ? null : one.winner === "a" ? "b" : "a"
})

describe("every scoreboard", () => {
  it("is the same story when the sides are exchanged", () => {
    fc.assert(
      fc.property(anyMatch, anyBlock, (one, block) => {
        const board = scoreboardOf(one, atBlock(block))
        const other = scoreboardOf(exchanged(one), atBlock(block))
        assert.strictEqual(other.headline, board.headline)
        assert.strictEqual(other.leader, board.leader === null ? null : board.leader === "a" ? "b" : "a")
        assert.deepStrictEqual([other.a, other.b, other.vote?.a, other.vote?.b], [board.b, board.a, board.vote?.b, board.vote?.a])
      }),
      { numRuns: 500 }
    )
  })

  it("names a leader only for a reason, and in its first words", () => {
    fc.assert(
      fc.property(anyMatch, anyBlock, (one, block) => {
        const { leader, because, parts, phase, headline } = scoreboardOf(one, atBlock(block))
        assert.isTrue(parts.length > 0 && parts.every((part) => part.trim() !== ""))
        assert.notMatch(headline, /undefined|null|NaN|\[object/)
        if (leader !== null) {
          assert.isTrue(parts[0]?.startsWith(one[leader].login ?? "?"))
          assert.notInclude(["level", "nothing", "unknown", "ended"], because)
        }
        if (phase === "won" || phase === "paid") assert.strictEqual(leader, one.winner)
        if (["expired", "void", "reverted", "overdue"].includes(phase)) assert.isNull(leader)
      }),
      { numRuns: 500 }
    )
  })

  it("puts a solution with more votes ahead, whatever GitHub shows", () => {
    fc.assert(
      fc.property(fc.array(anyPull, { maxLength: 5 }), fc.integer({ min: 1, max: 49 }), (pullRequests, weight) => {
        const votes = [vote(300, "v1", solved("5Bee", 41), weight + 1), vote(301, "v2", solved("5Ant", 37), weight)]
        assert.strictEqual(scoreboardOf(match({ pullRequests, votes }), atBlock(500)).leader, "b")
      })
    )
  })

  it("has shares of the vote between 0 and 1", () => {
    fc.assert(
      fc.property(anyMatch, (one) => {
        const { vote: state } = scoreboardOf(one)
        if (state === null) return
        const { a, b, unsolved, cancelled, rest } = state
        for (const share of [a, b, unsolved, cancelled, rest]) assert.isTrue(share >= 0 && share <= 1)
      })
    )
  })
})
