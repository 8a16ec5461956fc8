/** What operators are asked where people have to decide. */
import { assert, it } from "@effect/vitest"
import { isForPeople, peopleText } from "../../../src/rules/verdicts/noVoteReasons.ts"

const issue = { repository: "acme/widgets", number: 42 }

it("people are asked one question, with links to what they compare", () => {
  assert.strictEqual(
    peopleText(issue, { why: "SharedWork", because: "#57, #58 in commit 0a1b2c3, #57 were merged for it" }),
    "#57, #58 in commit 0a1b2c3, #57 were merged for it. Whose work solved it? https://github.com/acme/widgets/pull/57 https://github.com/acme/widgets/pull/58 https://github.com/acme/widgets/commit/0a1b2c3"
  )
  assert.strictEqual(
    peopleText(issue, { why: "AlreadyReverted", because: "the merged work was reverted" }),
    "the merged work was reverted. Did the maintainers revert it for good? https://github.com/acme/widgets/issues/42"
  )
})

it("a reason that GitHub may still answer asks nobody", () => {
  const silent = ["GitHubSilent", "RecordIncomplete", "AheadOfChain", "IssueOpen"] as const
  assert.deepStrictEqual(silent.filter(isForPeople), [])
})
