import { assert, describe, it } from "@effect/vitest"
import type { RecordedIssue, RecordedPullRequest, RoundRecord } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { classifyIssue } from "../../../../src/scoring/oss_contributions/rules/classifyIssue.ts"
import type { FileTotals } from "../../../../src/scoring/oss_contributions/rules/files/totals.ts"
import { minerScores, pullRequestsToScore, scoreRound } from "../../../../src/scoring/oss_contributions/rules/scoreRound.ts"
import { foundIssue, pullRequest, repository, round, SECOND, solving } from "./parts.ts"

const totals = (tokenScore: number): FileTotals => ({ files: 1, tokenScore, sourceScore: tokenScore, total: tokenScore })

const numbered = (count: number, fields: Partial<RecordedPullRequest> = {}, from = 1): ReadonlyArray<RecordedPullRequest> =>
  Array.from({ length: count }, (_, index) => pullRequest({ pr_number: from + index, ...fields }))

const known = (record: RoundRecord, tokenScore = 58) =>
  new Map(pullRequestsToScore(record).map(({ repository, number }) => [`${repository}#${number}`, totals(tokenScore)]))

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

describe("issue discovery", () => {
  const easy = { min_valid_solved_issues: 1, min_issue_credibility: 0.5 }

  const discovered = (
    issues: Readonly<Record<string, ReadonlyArray<RecordedIssue>>>,
    rules = repository({ eligibility: easy }),
    tokens = 58
  ) => {
    const record = round({
      uids: { "0": null, "1": "100", "2": "200", "3": "300" },
      issues,
      pulls: { "100": numbered(3) },
      repos: { "acme/site": rules }
    })
    const miners = minerScores({ record, totals: known(record, tokens) })
    return new Map(miners.map(({ uid, discoveries }) => [uid, discoveries.get("acme/site")]))
  }

  it("pays for one issue per pull request: the earliest of the whole round, then the lowest number, then the lowest UID", () => {
    const earners = (...issues: ReadonlyArray<readonly [account: string, fields: Partial<RecordedIssue>]>) => {
      const lists: Record<string, Array<RecordedIssue>> = {}
      for (const [account, fields] of issues)
        lists[account] = [...(lists[account] ?? []), foundIssue({ author_github_id: account, ...fields })]
      return [...discovered(lists)].flatMap(([uid, score]) => (score?.issues ?? []).map(({ issue }) => `${uid}:${issue.issue_number}`))
    }
    const at = foundIssue().created_at ?? 0
    assert.deepStrictEqual(earners(["200", { created_at: at }], ["300", { created_at: at - 1 }]), ["3:3"])
    assert.deepStrictEqual(earners(["200", { issue_number: 9 }], ["300", { issue_number: 8 }]), ["3:8"])
    assert.deepStrictEqual(earners(["200", {}], ["300", {}]), ["2:3"])
    assert.deepStrictEqual(earners(["200", { created_at: null }], ["300", { created_at: at + SECOND }]), ["3:3"])
    assert.deepStrictEqual(
      earners(["200", {}], ["300", { created_at: at - 1, solving_pr: solving(pullRequest(), { edited_after_merge: true }) }]),
      ["2:3"]
    )
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
