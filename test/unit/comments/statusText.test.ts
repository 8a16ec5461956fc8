/** The text of a status on a pull request, within GitHub's 140 characters. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { COMPETITION_STATUSES, PULL_REQUEST_STATES } from "../../../src/dashboard/api/definition/choices.ts"
import { type StatusMatch, statusFor } from "../../../src/dashboard/comments/statusText.ts"
import { VALIDATORS_PLAYS } from "../../../src/domain/Play.ts"
import type { Pull } from "../../../src/story/competitor.ts"
import type { Found } from "../../../src/story/findings.ts"

const HEAD = "a".repeat(40)
const at = (block: number) => ({ block, time: new Date(Date.UTC(2026, 0, 1, 0, 0, block)).toISOString() })

const PULL: Pull = {
  repository: "acme/widgets",
  number: 37,
  hotkey: "5Ant",
  state: "open",
  createdAt: at(20).time,
  mergedAt: null,
  early: false
}

const MATCH: StatusMatch = {
  id: 31,
  status: "Running",
  a: { hotkey: "5Ant" },
  b: { hotkey: "5Bee" },
  bounty: "100000000000",
  pace: { block: 15, time: Date.UTC(2026, 0, 1, 0, 0, 15), milliseconds: 12_000, blocks: 7_200 },
  deadline: { block: 7_215, time: null },
  winner: null,
  pullRequest: null,
  reason: null,
  slashA: null,
  slashB: null,
  outcome: null,
  paid: null,
  plays: []
}

const found = (kind: string, validators: number, tests: number | null = null, commit = HEAD): Found => ({
  repository: "Acme/widgets",
  number: 37,
  kind,
  commit,
  validators,
  tests
})

const said = (match: Partial<StatusMatch> = {}, pull: Partial<Pull> = {}) =>
  statusFor({ ...MATCH, ...match }, { ...PULL, ...pull }, HEAD, "https://page.example").description

describe("the status on a pull request", () => {
  it("counts what validators say about this head, by the gate and by tests", () => {
    assert.strictEqual(
      said({ plays: [found("gatePassed", 2), found("verified", 3, 2), found("unproven", 1), found("gateRejected", 1)] }),
      "In the match, in time. Gate: 6 of 7 validators let it pass. 2 failing tests now pass (3 of 4). Deadline about 2026-01-02 00:00 UTC."
    )
    assert.include(said({ plays: [found("gateRejected", 1)] }), "Gate: 0 of 1 validator lets it pass.")
    for (const other of [found("verified", 3, 2, "b".repeat(40)), { ...found("verified", 3, 2), number: 38 }])
      assert.include(said({ plays: [other] }), "No validator has looked at this head yet.", "another head, another pull request")
  })

  it("says whether it counts", () => {
    assert.match(said({}, { early: true }), /^Opened too early, so it does not count\. Deadline/)
    assert.match(said({}, { early: null }), /^In the match\. No/)
    assert.match(said({}, { state: "merged", mergedAt: at(30).time }), /^In time, and merged\. No/)
    assert.match(said({ deadline: at(25) }, { state: "merged", mergedAt: at(30).time }), /^Merged after the deadline\. Deadline about/)
    assert.match(said({ plays: [found("reverted", 0)] }, { state: "merged", mergedAt: at(30).time }), /^Reverted\. /)
    assert.include(said({ pace: null }), "Deadline in block 7,215.")
  })

  it("says what votes with the quorum would settle", () => {
    const outcome = {
      choice: { _tag: "Dissolved" },
      state: "tooYoung",
      weight: "51",
      totalWeight: "100",
      from: { block: 80, time: null }
    } as const
    assert.include(said({ outcome }), "Validators vote to dissolve the pair.")
  })

  it("tells the result, to the winner and to everybody else", () => {
    const won: Partial<StatusMatch> = { status: "Won", winner: "a", pullRequest: 37 }
    assert.strictEqual(said(won), "It won the match: 100 α, which can be paid now.")
    assert.strictEqual(said({ ...won, paid: { amount: "99500000000" } }), "It won the match, and was paid 99.5 α.")
    for (const pull of [{ hotkey: "5Bee", number: 40 }, { number: 38 }])
      assert.strictEqual(said(won, pull), "The match is over: pull request no. 37 solved the issue.")
    assert.strictEqual(said({ status: "Expired" }), "The match is over: no verdict came in time.")
    assert.strictEqual(
      said({ status: "Unsolved", slashA: true, slashB: true }),
      "The match is over: nobody solved the issue in time, at the cost of both competitors."
    )
    assert.strictEqual(
      said({ status: "Void", reason: { _tag: "SubmittedTooEarly" } }),
      "The match ended without a winner: a competitor opened its pull request before pull requests counted."
    )
  })

  it("never has more characters than GitHub takes, nor mentions anybody", () => {
    const step = fc.record({ kind: fc.constantFrom(...VALIDATORS_PLAYS), validators: fc.nat(64), tests: fc.nat(1_000_000) })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 6 }),
        fc.constantFrom(...COMPETITION_STATUSES),
        fc.nat(4_000_000_000),
        fc.constantFrom(...PULL_REQUEST_STATES),
        fc.constantFrom(true, false, null),
        (steps, status, block, state, early) => {
          const text = said(
            {
              status,
              deadline: { block, time: null },
              winner: status === "Won" ? "a" : null,
              pullRequest: 37,
              plays: steps.map(({ kind, validators, tests }) => found(kind, validators, tests))
            },
            { state, early }
          )
          assert.isAtMost(text.length, 140)
          assert.notMatch(text, /[@#\n]/)
        }
      )
    )
    const busy = said({ plays: [found("unproven", 12), found("verified", 2, 99), found("gatePassed", 10)] })
    assert.match(busy, /\.$/, "what is usual is not cut off")
  })
})
