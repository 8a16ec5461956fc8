/** When a validator withdraws its vote on an issue's end and casts it anew, so that newer stake counts. */
import { assert, describe, it } from "@effect/vitest"
import type { OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { CastVote } from "../../../src/contract-client/readings.ts"
import { type BallotOnEnd, isWorthCastingAnew } from "../../../src/scoring/issue_competitions/outcomeBallot.ts"
import { hotkey } from "../../support/rules/world.ts"

const SOLVED: OutcomeChoice = { _tag: "Solved", hotkey: hotkey(8), pullRequest: 5 }
const DISSOLVED: OutcomeChoice = { _tag: "Dissolved" }

const vote = (index: number, cast: bigint | null, choice: OutcomeChoice = SOLVED): CastVote => ({
  validator: hotkey(index),
  choice,
  since: 100,
  cast
})
const weighing = (index: number, weight: bigint) => ({
  hotkey: hotkey(index),
  coldkeys: [],
  noted: { before: weight, day: weight, since: weight }
})

/** Validators 1, 2 and 3 weigh 40, 40 and 20; votes wait for 100 blocks, and the match may be expired from block 1,801 on. */
const ballot = (votes: ReadonlyArray<CastVote>, over: Partial<BallotOnEnd> = {}): BallotOnEnd => ({
  block: 500,
  config: { challengePeriod: 100, day: 20, ownerDelay: 20, quorumBps: 5_001 },
  validators: [weighing(1, 40n), weighing(2, 40n), weighing(3, 20n)],
  changes: [],
  competition: { challengePeriod: 100, outcomeUntil: 1_500 },
  votes,
  ...over
})
const isWorth = (votes: ReadonlyArray<CastVote>, over?: Partial<BallotOnEnd>) => isWorthCastingAnew(hotkey(1), SOLVED, ballot(votes, over))

describe("a vote on an issue's end is worth casting anew", () => {
  it("if it weighs less than nine tenths of what a new one would", () => {
    assert.deepStrictEqual(
      [0n, 35n, 36n, 40n, 50n, null].map((cast) => isWorth([vote(1, cast)])),
      [true, true, false, false, false, false]
    )
    assert.isFalse(isWorth([vote(2, 1n)]), "it is another's")
    assert.isFalse(isWorth([]))
    assert.isFalse(isWorth([vote(1, 0n)], { validators: [weighing(1, 0n)] }), "it has nothing now either")
  })

  it("if a new one can still stand for its wait", () => {
    const until = (block: number) => isWorth([vote(1, 1n)], { block })
    assert.deepStrictEqual([until(1_688), until(1_689)], [true, false])
    assert.isTrue(isWorth([vote(1, 1n)], { block: 9_999, competition: undefined }), "an issue without a match has no such end")
  })

  it("unless the votes as they are settle the same sooner", () => {
    assert.isTrue(isWorth([vote(1, 10n), vote(2, 40n)]), "they have 50 of 100")
    assert.isFalse(isWorth([vote(1, 11n), vote(2, 40n)]))
    assert.isFalse(isWorth([vote(1, 1n), vote(2, null), vote(3, 20n)]))
    assert.isTrue(isWorth([vote(1, 1n), vote(2, 40n, DISSOLVED), vote(3, 20n, DISSOLVED)]), "that is for something else")
  })

  it("without the votes of those whose removal may be applied, among whom it must not be", () => {
    const removing = (index: number, appliesFrom: number) => [
      { id: 9, what: { _tag: "RemoveValidator" as const, hotkey: hotkey(index) }, appliesFrom, appliesUntil: 600 }
    ]
    const votes = [vote(1, 11n), vote(2, 40n)]
    assert.isTrue(isWorth(votes, { changes: removing(2, 500) }))
    assert.isFalse(isWorth(votes, { changes: removing(2, 501) }), "not yet")
    assert.isFalse(isWorth(votes, { block: 601, changes: removing(2, 500) }), "no more")
    assert.isFalse(isWorth([vote(1, 10n), vote(2, 40n)], { changes: removing(1, 500) }))
    assert.isFalse(isWorth(votes, { changes: null }), "a later edition lets something wait: whose votes count is not known")
  })
})
