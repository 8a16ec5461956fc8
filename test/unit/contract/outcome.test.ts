/** Whether two outcome votes are equal. */
import { assert, describe, it } from "@effect/vitest"
import type { OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { sameOutcome } from "../../../src/contract-client/outcome.ts"
import { fromPublicKey } from "../../../src/domain/Account.ts"

const [one, other] = [1, 2].map((number) => fromPublicKey(new Uint8Array(32).fill(number)))
if (one === undefined || other === undefined) throw new Error("two accounts")

const choices: ReadonlyArray<OutcomeChoice> = [
  { _tag: "Solved", hotkey: one, pullRequest: 7 },
  { _tag: "Solved", hotkey: one, pullRequest: 8 },
  { _tag: "Solved", hotkey: other, pullRequest: 7 },
  { _tag: "Unsolved", slashA: true, slashB: true },
  { _tag: "Unsolved", slashA: true, slashB: false },
  { _tag: "Dissolved" },
  { _tag: "Cancelled", reason: { _tag: "NotPlanned" } },
  { _tag: "Cancelled", reason: { _tag: "Deleted" } },
  { _tag: "Cancelled", reason: { _tag: "SubmittedTooEarly", hotkey: one } },
  { _tag: "Cancelled", reason: { _tag: "SubmittedTooEarly", hotkey: other } }
]

describe("sameOutcome", () => {
  it("tells every two choices apart, and knows each again", () => {
    for (const [index, left] of choices.entries())
      for (const [place, right] of choices.entries()) assert.strictEqual(sameOutcome(left, structuredClone(right)), index === place)
  })

  it("does not mind in which order fields are written", () => {
    assert.isTrue(sameOutcome({ _tag: "Solved", hotkey: one, pullRequest: 7 }, { pullRequest: 7, hotkey: one, _tag: "Solved" }))
  })
})
