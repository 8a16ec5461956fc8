/** When a match is past its deadline and undecided. */
import { assert, describe, it } from "@effect/vitest"
import { plain } from "../../../src/story/sentence.ts"
import { tellUndecided, undecidedAt } from "../../../src/story/undecided.ts"

type Case = Parameters<typeof undecidedAt>[0]
type State = NonNullable<Case["outcome"]>["state"]

const late = (state: State | null, change: Partial<Case> = {}): Case => ({
  status: "Running",
  deadline: { block: 1_000 },
  wait: 100,
  outcome: state === null ? null : { state },
  ...change
})

describe("an undecided match", () => {
  it("is one whose votes would count by now, had they been cast at the deadline, and do not decide", () => {
    for (const state of ["noVotes", "tooLight"] as const) {
      assert.deepStrictEqual(undecidedAt(late(state), 1_101), { since: 1_101, state })
      assert.isNull(undecidedAt(late(state), 1_100), "they could not count yet")
      assert.isNull(undecidedAt(late(state), undefined), "the newest block is not known")
    }
  })

  it("is none that is settled, can be settled, or will be if the votes stand", () => {
    for (const state of ["tooYoung", "settleable"] as const) assert.isNull(undecidedAt(late(state), 2_000))
    for (const status of ["Won", "Expired", "Unsolved", "Void"] as const) assert.isNull(undecidedAt(late("noVotes", { status }), 2_000))
    assert.isNull(undecidedAt(late(null), 2_000))
  })

  it("is told without what a stranger's words do to a line", () => {
    const issue = { id: 12, repository: "acme/wid\u001b[2Jgets\u202e", number: 42 }
    assert.strictEqual(
      plain(tellUndecided(31, issue, "noVotes")),
      "Match 31 on acme/wid [2Jgets #42 is past its deadline and undecided: no validator's vote stands"
    )
  })
})
