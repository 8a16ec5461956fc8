import { assert, describe, it } from "@effect/vitest"
import type { RecordedIssue } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { classifyIssue } from "../../../../src/rules/contributions/classifyIssue.ts"
import { scoreRound } from "../../../../src/rules/contributions/scoreRound.ts"
import { foundIssue, pullRequest, repository, round, solving } from "./parts.ts"

describe("an issue that a miner found", () => {
  const pull = pullRequest()
  const mergedAt = pull.merged_at ?? 0
  const cases: ReadonlyArray<readonly [Partial<RecordedIssue>, string]> = [
    [{}, "Solved"],
    [{ is_transferred: true, state_reason: "NOT_PLANNED" }, "Ignored: transferred"],
    [{ state: "OPEN" }, "Ignored: open"],
    [{ author_github_id: null }, "Ignored: without author"],
    [{ state_reason: "NOT_PLANNED" }, "NotSolved: not closed as completed"],
    [{ solved_by_pr: null }, "NotSolved: no pull request solved it"],
    [{ solved_by_pr: 0 }, "NotSolved: no pull request solved it"],
    [{ solving_pr: null }, "NotSolved: no pull request solved it"],
    [{ solving_pr: solving(pull, { state: "CLOSED" }) }, "NotSolved: the pull request was not merged"],
    [{ solving_pr: solving(pull, { base_ref: "dev" }) }, "NotSolved: base branch"],
    [{ solving_pr: solving(pull, { base_ref: null }) }, "Solved"],
    [{ solving_pr: solving(pull, { head_ref: "main", head_repo_full_name: "Acme/Site" }) }, "NotSolved: head branch"],
    [{ solving_pr: solving(pull, { edited_after_merge: true }) }, "NotSolved: pull request edited after the merge"],
    [{ last_edited_at: mergedAt }, "Solved"],
    [{ last_edited_at: mergedAt + 1 }, "NotSolved: issue edited after the merge"]
  ]
  it.each(cases)("%#: %j is %s", (fields, expected) => {
    const outcome = classifyIssue(foundIssue(fields), repository())
    assert.strictEqual(outcome._tag === "Solved" ? outcome._tag : `${outcome._tag}: ${outcome.why}`, expected)
  })
})

describe("a hostile record", () => {
  it("may name accounts and repositories after properties that every object has", () => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty"]
    const record = round({
      uids: Object.fromEntries(names.map((name, index) => [String(index + 1), name])),
      repos: JSON.parse(`{"constructor": null, "__proto__": null}`, (key, value) =>
        key === "" ? value : repository({ emission_share: 0.1 })
      )
    })
    const { rewards, miners } = scoreRound({ record, totals: new Map() }, defaultRoster.emission)
    assert.strictEqual(miners.length, 4)
    assert.deepStrictEqual([...rewards.values()], [0, 0, 0, 0])
  })
})
