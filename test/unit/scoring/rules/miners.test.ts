import { assert, describe, it } from "@effect/vitest"
import type { RecordedIssue, RecordedPullRequest, RoundRecord } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { minersOf } from "../../../../src/scoring/oss_contributions/rules/accounts.ts"
import { classifyIssue } from "../../../../src/scoring/oss_contributions/rules/classifyIssue.ts"
import { credibilityOf, spamMultiplier } from "../../../../src/scoring/oss_contributions/rules/eligibility.ts"
import type { FileTotals } from "../../../../src/scoring/oss_contributions/rules/files/totals.ts"
import { minerScores, pullRequestsToScore, scoreRound } from "../../../../src/scoring/oss_contributions/rules/scoreRound.ts"
import { DAY, foundIssue, pullRequest, repository, round, SECOND, solving } from "./parts.ts"

const totals = (tokenScore: number): FileTotals => ({ files: 1, tokenScore, sourceScore: tokenScore, total: tokenScore })

const numbered = (count: number, fields: Partial<RecordedPullRequest> = {}, from = 1): ReadonlyArray<RecordedPullRequest> =>
  Array.from({ length: count }, (_, index) => pullRequest({ pr_number: from + index, ...fields }))

const OPEN = { state: "OPEN", merged_at: null } as const
const CLOSED = { state: "CLOSED", merged_at: null } as const

const known = (record: RoundRecord, tokenScore = 58) =>
  new Map(pullRequestsToScore(record).map(({ repository, number }) => [`${repository}#${number}`, totals(tokenScore)]))

const scoreOf = (pulls: ReadonlyArray<RecordedPullRequest>, rules = repository(), tokenScore = 58) => {
  const record = round({ pulls: { "100": pulls }, repos: { "acme/site": rules } })
  const score = minerScores({ record, totals: known(record, tokenScore) })[0]?.contributions.get("acme/site")
  if (score === undefined) throw new Error("no score")
  return score
}

describe("a miner in a repository", () => {
  it.each([
    [3, 0, true],
    [2, 0, false],
    [4, 1, true],
    [3, 1, false],
    [8, 2, true],
    [7, 2, false]
  ])("with %d merged and %d closed is eligible: %s", (merged, closed, isEligible) => {
    const score = scoreOf([...numbered(merged), ...numbered(closed, CLOSED, 50)])
    assert.strictEqual(score.isEligible, isEligible)
    assert.strictEqual(score.credibility, merged / (merged + closed))
    assert.strictEqual(score.total > 0, isEligible)
  })

  it("is eligible if the repository requires nothing", () => {
    const rules = repository({ eligibility: { min_valid_merged_prs: 0, min_credibility: 0 } })
    assert.isTrue(scoreOf(numbered(1, CLOSED), rules).isEligible)
    assert.strictEqual(credibilityOf(0, 0), 0)
  })

  it.each([
    [2, 10, 1],
    [3, 10, 0],
    [3, 100, 1],
    [4, 100, 0],
    [4, 200, 1],
    [30, 1e6, 1],
    [31, 1e6, 0]
  ])("with %d open pull requests and three merged of %d each: %d", (open, tokenScore, spam) => {
    const score = scoreOf([...numbered(3), ...numbered(open, OPEN, 50)], repository(), tokenScore)
    assert.deepStrictEqual(
      score.pullRequests.filter(({ pull }) => pull.state === "MERGED").map((pull) => pull.spam),
      [spam, spam, spam]
    )
    if (spam === 0) assert.strictEqual(score.total, 0)
  })

  it("loses the collateral of its open pull requests, and never more than it has", () => {
    const merged = numbered(3)
    const plain = scoreOf(merged).total
    const { collateral, total } = scoreOf([...merged, ...numbered(2, OPEN, 50)])
    assert.closeTo(collateral, 2 * 15.99 * 0.2, 1e-12)
    assert.closeTo(total, plain - collateral, 1e-12)
    const expensive = repository({ scoring: { open_pr_collateral_percent: 1 }, eligibility: { excessive_pr_penalty_base_threshold: 9 } })
    assert.strictEqual(scoreOf([...merged, ...numbered(5, OPEN, 50)], expensive).total, 0)
    assert.strictEqual(scoreOf(numbered(2, OPEN)).total, 0)
  })

  it("is exempt from open work in whole steps of its score", () => {
    const limits = { free: 2, scorePerFreeOne: 0.1, most: 11 }
    assert.deepStrictEqual(
      [11, 12].map((open) => spamMultiplier(open, 1, limits)),
      [1, 0]
    )
  })
})

describe("accounts", () => {
  it("count once, not for the UID that recycles, and for nobody if two claim one", () => {
    assert.deepStrictEqual(minersOf({ "0": "9", "1": "9", "3": "5", "2": "7", "4": "5", "5": null, "6": "", "7": "0", "8": "5" }), [
      { uid: 1, account: "9" },
      { uid: 2, account: "7" }
    ])
  })
})

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

  /** Ann's pull requests, each of which solved one of Bob's issues. */
  const solved = (count: number): ReadonlyArray<RecordedIssue> =>
    Array.from({ length: count }, (_, index) =>
      foundIssue({ issue_number: 100 + index, solved_by_pr: index + 1, solving_pr: solving(pullRequest({ pr_number: index + 1 })) })
    )

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

  it("pays for an issue that another's pull request solved", () => {
    const score = discovered({ "200": solved(2) }).get(2)
    assert.deepInclude(score, { solved: 2, validSolved: 2, closed: 0, open: 0, credibility: 1, isEligible: true })
    assert.deepStrictEqual(
      score?.issues.map(({ issue, base, earned }) => [issue.issue_number, base, earned]),
      [
        [100, 15.99, 15.99],
        [101, 15.99, 15.99]
      ]
    )
  })

  it("multiplies by the pull request's label, age and reviews, and by the rounded credibility", () => {
    const by = solving(pullRequest(), {
      merged_at: (pullRequest().merged_at ?? 0) - 10 * DAY,
      labels: [{ name: "bug", actor_association: "OWNER", actor_github_id: null }],
      review_summary: { maintainer_changes_requested_count: 1, changes_requested_count: 1, approved_count: 0, commented_count: 0 }
    })
    const issues = [
      foundIssue({ solving_pr: by }),
      foundIssue({ issue_number: 4, solved_by_pr: 1, solving_pr: solving(pullRequest({ pr_number: 1 })) }),
      foundIssue({ issue_number: 5, state_reason: "NOT_PLANNED" })
    ]
    const rules = repository({ eligibility: easy, label_multipliers: { bug: 1.1 } })
    const found = discovered({ "200": issues }, rules).get(2)
    assert.strictEqual(found?.credibility, 2 / 3)
    const first = found?.issues.find(({ issue }) => issue.issue_number === 3)
    assert.deepInclude(first, { base: 15.99, label: 1.1, decay: 0.48, review: 0.85, credibility: 0.67, spam: 1 })
    assert.strictEqual(first?.earned, 4.81)
  })

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

  it("counts for credibility but not for score if the solver found the issue, or the files are missing or too few", () => {
    const own = foundIssue({ author_github_id: "100" })
    assert.deepInclude(discovered({ "100": [own] }).get(1), { solved: 1, validSolved: 1, issues: [] })
    assert.deepInclude(discovered({ "200": solved(2) }, repository({ eligibility: easy }), 4.99).get(2), {
      solved: 2,
      validSolved: 0,
      issues: []
    })
    const record = round({ issues: { "200": solved(2) }, repos: { "acme/site": repository({ eligibility: easy }) } })
    const unknown = minerScores({ record, totals: new Map() }).find(({ uid }) => uid === 2)
    assert.deepInclude(unknown?.discoveries.get("acme/site"), { solved: 2, validSolved: 0, isEligible: false, credibility: 1 })
  })

  it("requires three valid issues and a credibility of four fifths by default", () => {
    const rules = repository()
    assert.isFalse(discovered({ "200": solved(2) }, rules).get(2)?.isEligible)
    assert.isTrue(discovered({ "200": solved(3) }, rules).get(2)?.isEligible)
    const closed = foundIssue({ issue_number: 500, state_reason: "NOT_PLANNED" })
    assert.isFalse(discovered({ "200": [...solved(3), closed] }, rules).get(2)?.isEligible)
  })

  it("pays nothing to a miner with too many open issues, including those of a maintainer", () => {
    const open = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        foundIssue({ issue_number: 600 + index, state: "OPEN", author_association: index === 0 ? "OWNER" : "NONE", solved_by_pr: null })
      )
    assert.deepStrictEqual(
      [2, 3].map((count) =>
        discovered({ "200": [...solved(2), ...open(count)] })
          .get(2)
          ?.issues.map(({ spam }) => spam)
      ),
      [
        [1, 1],
        [0, 0]
      ]
    )
  })

  it("ignores a maintainer's issues", () => {
    assert.deepInclude(discovered({ "200": solved(2).map((issue) => ({ ...issue, author_association: "MEMBER" })) }).get(2), { solved: 0 })
  })

  it("scores a pull request by nobody in the round, or by a dropped author, by its files", () => {
    const record = round({
      issues: { "200": [foundIssue({ solved_by_pr: 77, solving_pr: solving(pullRequest({ pr_number: 77, author_github_id: "900" })) })] },
      repos: { "acme/site": repository({ eligibility: easy, fixed_base_score: 10 }) }
    })
    assert.deepStrictEqual(pullRequestsToScore(record), [{ repository: "acme/site", number: 77 }])
    const score = minerScores({ record, totals: known(record) })
      .find(({ uid }) => uid === 2)
      ?.discoveries.get("acme/site")
    assert.deepStrictEqual(
      score?.issues.map(({ base }) => base),
      [10]
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
