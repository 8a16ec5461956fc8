/** The state of a competition as one headline: examples of each state, and properties for every input. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { COMPETITION_STATUSES } from "../../../src/dashboard/api/definition/choices.ts"
import type { Competition, CompetitionDetail } from "../../../src/dashboard/api/definition/competitions.ts"
import { OUTCOME_STATES } from "../../../src/dashboard/api/definition/issues.ts"
import type { CountedVote } from "../../../src/story/ballots.ts"
import { clockOf, NO_DECISION } from "../../../src/story/clock.ts"
import type { Pull } from "../../../src/story/competitor.ts"
import { type Match, type Scoreboard, scoreboardOf } from "../../../src/story/scoreboard.ts"
import { stopOf } from "../../../src/story/track.ts"
import type * as Encoded from "../../../web/src/api/types.ts"

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

const vote = (validator: string, choice: object, weight: number, change: Partial<CountedVote> = {}): CountedVote => ({
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
  expiresFrom: later(1_201),
  winner: null,
  pullRequest: null,
  reason: null,
  slashA: null,
  slashB: null,
  collateral: "20000000000",
  slash: "5000000000",
  paid: null,
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

  it("is, of the side that was beaten to the merge, how far it got, with what became of it", () => {
    const closed = pull("5Bee", 41, { state: "closed", checks: "passing", review: "approved" })
    const fateOf = (one: Match) => {
      const state = scoreboardOf(one, atBlock(500))
      return [state.a.fate, state.b.fate, stopOf(state, "b")]
    }
    const fate = (change: Partial<Match>) => fateOf(match(change))
    const { pullRequests: _, ...unread } = match({ status: "Won", winner: "a", pullRequest: 37 })
    const win = merged("5Ant", 37, 300)
    assert.deepStrictEqual(
      [
        fate({ pullRequests: [win, closed] }),
        fate({ pullRequests: [win, closed], status: "Won", winner: "a", pullRequest: 37 }),
        fate({ pullRequests: [win, pull("5Bee", 41, { checks: "passing" })] }),
        fate({ pullRequests: [win, merged("5Bee", 41, 301)] }),
        fate({ pullRequests: [win] }),
        fate({ pullRequests: [closed] }),
        fateOf(unread)
      ],
      [
        [null, "#41 was approved, then closed", "approved"],
        [null, "#41 was approved, then closed", "approved"],
        [null, "#41 had passed all checks", "checks"],
        [null, "#41 was merged later", "merged"],
        [null, "no pull request that is known", null],
        [null, null, null],
        [null, null, null]
      ]
    )
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
        told({ pullRequests: [merged("5Ant", 37, 300)], votes: [vote("v1", solved("5Ant", 37), 35)] }),
        told({ pullRequests: [merged("5Ant", 37, 300)], votes: [vote("v1", solved("5Bee", 41), 35)] }),
        told({ votes: [vote("v1", { _tag: "Unsolved" }, 49)] }, 1_010),
        told({ votes: [vote("v1", { _tag: "Cancelled", reason: { _tag: "Deleted" } }, 20)] }, 1_010),
        told({
          pullRequests: [merged("5Ant", 37, 300)],
          votes: [vote("v1", solved("5Ant", 37), 20), vote("v2", solved("5Bee", 41), 20)]
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
        ["a", "mossy-lantern got #37 merged · 35% voted, 50% needed"],
        ["b", "amber-kite leads the vote · 35% voted, 50% needed"],
        [null, "Validators find that nobody solved it · 49% voted, 50% needed"],
        [null, "Validators vote to cancel: the issue was deleted on GitHub · 20% voted, 50% needed"],
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
        deciding({ ...mergedOne, votes: [vote("v1", solved("5Ant", 37), 21)] }),
        deciding({}, 1_010),
        deciding({ ...mergedOne, status: "Won", winner: "a", pullRequest: 37 })
      ],
      [null, "no vote yet", "21% so far, 50% needed", "no vote yet", null]
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
    const won = { status: "Won", winner: "a", pullRequest: 37 } as const
    const verdict = vote("v1", solved("5Ant", 37), 60, { endedAt: at(320), endedBy: "passed" })
    assert.deepStrictEqual(
      [
        told({ ...won, votes: [verdict] }),
        told({ ...won, paid: { amount: "100" } }),
        told({ status: "Unsolved", slashA: true, slashB: false }),
        told({ status: "Expired" }),
        told({}, 1_300),
        told({ status: "Void", reason: { _tag: "NotPlanned" } }),
        told({ status: "Void", reason: { _tag: "SubmittedTooEarly", hotkey: "5Bee" } })
      ],
      [
        ["a", "mossy-lantern won with #37 · payable now"],
        ["a", "mossy-lantern won with #37 · paid"],
        [null, "Nobody solved it in time · at the cost of one competitor · the bounty stays"],
        [null, "No verdict in time · the bounty stays"],
        [null, "No verdict in time · it can be ended now"],
        [null, "Void · the issue was closed as not planned"],
        [null, "amber-kite opened a pull request too early · void"]
      ]
    )
  })

  it("says less of a row of a list, and no more than the row has", () => {
    const { votes: _votes, pullRequests: _pulls, paid: _paid, ...row } = match()
    const board = scoreboardOf(row, atBlock(500))
    assert.deepStrictEqual([board.leader, board.because, board.headline, board.vote], [null, "unknown", "Pull requests count now", null])
  })

  it("knows the stakes, and when the phase ends", () => {
    const board = scoreboardOf(match(), { ...atBlock(500), bounty: "7" })
    assert.deepStrictEqual(board.stakes, { bounty: 7n, collateral: 20_000_000_000n, slash: 5_000_000_000n })
    // K is 20 for one competitor and 40 for the newcomer; an expired competition counts as a loss against 1500.
    assert.deepStrictEqual(board.a.points, { win: 7.2, loss: -12.8, expiry: -12.801 })
    assert.deepStrictEqual(board.b.points, { win: 25.6, loss: -14.4, expiry: -20 })
    assert.deepStrictEqual(board.until, { block: 1_000, what: "deadline" })
    assert.deepStrictEqual(scoreboardOf(match(), {}).until, { block: 100, what: "pull requests count" })
    assert.strictEqual(scoreboardOf(match({ paid: { amount: 9n }, status: "Won", winner: "a" }), { bounty: 7n }).stakes.bounty, 9n)
  })

  it("says what votes with the quorum would settle, and when", () => {
    const votes = [vote("v1", solved("5Ant", 37), 60)]
    const board = (state: (typeof OUTCOME_STATES)[number], from: number | null, block: number, change: Partial<Match> = {}) =>
      scoreboardOf(match({ votes, outcome: { state, from: from === null ? null : later(from) }, ...change }), atBlock(block))
    const young = board("tooYoung", 900, 500)
    assert.deepStrictEqual(
      [young.headline, young.until],
      ["mossy-lantern leads the vote · 60% voted, 50% needed · the votes have to stand", { block: 900, what: "settlement" }]
    )
    assert.deepStrictEqual(clockOf(young), { _tag: "Left", block: 900, what: "until the votes have stood long enough" })
    const ready = board("settleable", 900, 950)
    assert.deepStrictEqual(
      [ready.phase, ready.headline],
      ["settleable", "mossy-lantern leads the vote · 60% voted, 50% needed · it can be settled now"]
    )
    assert.deepStrictEqual(clockOf(ready), { _tag: "Overdue", what: "decided: anyone may settle it now" })
    assert.strictEqual(board("tooYoung", 1_300, 1_250).headline, young.headline, "overdue, but votes with the quorum only have to stand")
    assert.deepStrictEqual(clockOf(board("noVotes", null, 1_250, { votes: [] })), { _tag: "Overdue", what: NO_DECISION })
    assert.deepStrictEqual(board("tooLight", null, 1_010).until, { block: 1_201, what: "expiry" })
    const dissolving = { votes: [vote("v1", { _tag: "Dissolved" }, 60)] }
    assert.strictEqual(
      board("tooYoung", 900, 500, dissolving).headline,
      "Validators vote to dissolve the pair · 60% voted, 50% needed · the votes have to stand"
    )
  })

  it("takes the API's answers as they are, encoded and decoded", () => {
    const accepts = (one: Competition | CompetitionDetail | Encoded.Competition | Encoded.CompetitionDetail): Scoreboard =>
      scoreboardOf(one)
    assert.isFunction(accepts)
  })
})

const hotkeys = ["5Ant", "5Bee", "5Cat"]
const anyHotkey = fc.constantFrom(...hotkeys)
const anyChoice = fc.oneof(
  fc.record({ _tag: fc.constant("Solved"), hotkey: anyHotkey, pullRequest: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ _tag: fc.constantFrom("Unsolved", "Dissolved"), slashA: fc.boolean(), slashB: fc.boolean() }),
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
  .map((votes) => votes.map(({ validator, choice, weight }) => vote(validator, Object(choice), weight)))
const anyMatch = fc
  .record({
    status: fc.constantFrom("Running" as const, ...COMPETITION_STATUSES),
    winner: fc.option(fc.constantFrom("a" as const, "b" as const)),
    pullRequest: fc.option(fc.integer({ min: 1, max: 9 })),
    reason: fc.option(fc.record({ _tag: fc.constantFrom("SubmittedTooEarly", "Deleted", "New"), hotkey: anyHotkey })),
    slashA: fc.option(fc.boolean()),
    slashB: fc.option(fc.boolean()),
    deadline: fc.constantFrom(at(1_000), later(1_000)),
    votes: anyVotes,
    pullRequests: fc.array(anyPull, { maxLength: 5 }),
    paid: fc.option(fc.constant({ amount: "5" })),
    outcome: fc.option(fc.record({ state: fc.constantFrom(...OUTCOME_STATES), from: fc.option(fc.constant(later(700))) }))
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
        if (["expired", "unsolved", "void"].includes(phase)) assert.isNull(leader)
      }),
      { numRuns: 500 }
    )
  })

  it("puts a solution with more votes ahead, whatever GitHub shows", () => {
    fc.assert(
      fc.property(fc.array(anyPull, { maxLength: 5 }), fc.integer({ min: 1, max: 49 }), (pullRequests, weight) => {
        const votes = [vote("v1", solved("5Bee", 41), weight + 1), vote("v2", solved("5Ant", 37), weight)]
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
