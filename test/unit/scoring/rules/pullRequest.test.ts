import { assert, describe, it } from "@effect/vitest"
import type { RecordedLabel, RecordedLinkedIssue, RecordedPullRequest } from "../../../../src/domain/contributions/RoundRecord.ts"
import { decayMultiplier, reviewCollateral, reviewMultiplier } from "../../../../src/scoring/oss_contributions/rules/ageAndReviews.ts"
import { baseScore } from "../../../../src/scoring/oss_contributions/rules/baseScore.ts"
import { chooseIssue, whyInvalid } from "../../../../src/scoring/oss_contributions/rules/issueMultiplier.ts"
import { chooseLabel } from "../../../../src/scoring/oss_contributions/rules/labelMultiplier.ts"
import { repositoriesOf } from "../../../../src/scoring/oss_contributions/rules/repositories.ts"
import {
  collateral,
  collateralFactors,
  earned,
  scorePullRequest
} from "../../../../src/scoring/oss_contributions/rules/scorePullRequest.ts"
import { pullRequestsToScore } from "../../../../src/scoring/oss_contributions/rules/scoreRound.ts"
import { whyDropped } from "../../../../src/scoring/oss_contributions/rules/whichPullRequests.ts"
import { DAY, foundIssue, HOUR, linkedIssue, NOW, pullRequest, repository, round, solving } from "./parts.ts"

const reviews = (changes: number, approved = 1) => ({
  maintainer_changes_requested_count: changes,
  changes_requested_count: changes,
  approved_count: approved,
  commented_count: 0
})

describe("which pull requests count", () => {
  const rules = { "Acme/Site": repository({ additional_acceptable_branches: ["release/*"] }) }
  const cases: ReadonlyArray<readonly [what: Partial<RecordedPullRequest>, why: string | null]> = [
    [{}, null],
    [{ repo_full_name: "ACME/site" }, null],
    [{ repo_full_name: "acme/other" }, "repository not in the roster"],
    [{ author_association: "OWNER" }, "by a maintainer"],
    [{ author_association: "MEMBER", state: "OPEN", merged_at: null }, "by a maintainer"],
    [{ author_association: "COLLABORATOR" }, "by a maintainer"],
    [{ author_association: null }, null],
    [{ merged_at: null }, "no merge time"],
    [{ merged_by_login: "ANN", review_summary: reviews(0, 0) }, "merged by its author without an approval"],
    [{ merged_by_login: "ann", review_summary: reviews(0, 1) }, null],
    [{ merged_by_login: null, review_summary: reviews(0, 0) }, null],
    [{ base_ref: "dev" }, "base branch"],
    [{ base_ref: "Main" }, "base branch"],
    [{ base_ref: null }, "base branch"],
    [{ base_ref: "release/1" }, null],
    [{ base_ref: "trunk", default_branch: "trunk" }, null],
    [{ base_ref: "main", default_branch: null }, null],
    [{ head_ref: "release/2", head_repo_full_name: "acme/SITE" }, "head branch"],
    [{ head_ref: "release/2" }, null],
    [{ head_ref: null, head_repo_full_name: "acme/site" }, null],
    [{ head_ref: "main", head_repo_full_name: null }, null],
    [{ base_ref: "dev", state: "OPEN", merged_at: null }, null],
    [{ base_ref: "dev", state: "CLOSED", merged_at: null }, null]
  ]
  it.each(cases)("%j: %s", (fields, why) => {
    assert.strictEqual(whyDropped(pullRequest(fields), repositoriesOf(rules)), why)
  })
})

describe("a pull request that scores nothing", () => {
  const nothing = pullRequest({ scores_nothing: "reverted by #9" })
  const totals = { tokenScore: 50, sourceScore: 50, total: 60, files: 2 }

  it("has no score and no fixed one, whatever its files hold, which nobody loads", () => {
    assert.isAbove(scorePullRequest(pullRequest(), totals, repository(), NOW).base, 0)
    for (const rules of [repository(), repository({ fixed_base_score: 20 })]) {
      const { base, tokenScore } = scorePullRequest(nothing, totals, rules, NOW)
      assert.deepStrictEqual([base, tokenScore], [0, 0])
    }
    const others = pullRequest({ pr_number: 8 })
    const record = round({ pulls: { "100": [nothing, others] }, issues: { "200": [foundIssue({ solving_pr: solving(nothing) })] } })
    assert.deepStrictEqual(pullRequestsToScore(record), [{ repository: "acme/site", number: 8 }])
  })
})

describe("the base score", () => {
  it.each([
    [0, 0, 58, 0],
    [58, 58, 58, 15.99],
    [0, 1500, 58, 5],
    [0, 3000, 58, 5],
    [0, 1.5, 58, 0.01],
    [1e9, 1e9, 10, 30],
    [100, 250, 200, 10.67]
  ])("of source %d and %d in all at scale %d is %d", (sourceScore, total, scale, base) => {
    assert.strictEqual(baseScore({ files: 1, tokenScore: 0, sourceScore, total }, scale), base)
  })
})

describe("the label's multiplier", () => {
  const label = (name: string, actor_association: string | null = "MEMBER"): RecordedLabel => ({
    name,
    actor_association,
    actor_github_id: null
  })
  const rules = repository({
    label_multipliers: { bug: 1.1, "Feat*": 1.5, "*": 0.5, "eval:*": 4, "eval:S": 2 },
    default_label_multiplier: 0.2
  })
  const some = repository({ label_multipliers: { bug: 1.1, fix: 1.1 }, default_label_multiplier: 0.2 })
  it.each([
    ["none", [], rules, null, 0.2],
    ["the best of what matches", [label("bug"), label("FEATURE"), label("other")], rules, "feature", 1.5],
    ["the best pattern of one label", [label("eval:S")], rules, "eval:s", 4],
    ["by somebody", [label("eval:S", "NONE"), label("bug", null)], rules, null, 0.2],
    ["not matched", [label("docs")], some, null, 0.2],
    ["equal: the later name", [label("fix"), label("bug")], some, "fix", 1.1],
    ["equal: by code points", [label("😀"), label("\uffee")], rules, "😀", 0.5],
    ["twice", [label("bug"), label("bug")], some, "bug", 1.1],
    ["without a name", [label("")], rules, null, 0.2]
  ] as const)("%s", (_, labels, repository, name, multiplier) => {
    assert.deepStrictEqual(chooseLabel(labels, repository), { label: name, multiplier })
  })

  it("may be given by anybody if the repository trusts labels", () => {
    const trusting = repository({ label_multipliers: { bug: 1.1 }, trusted_label_pipeline: true })
    assert.deepStrictEqual(chooseLabel([label("bug", null)], trusting), { label: "bug", multiplier: 1.1 })
  })
})

describe("the issue's multiplier", () => {
  const merged = pullRequest()
  const mergedAt = merged.merged_at ?? 0
  const open = pullRequest({ state: "OPEN", merged_at: null })
  const cases: ReadonlyArray<readonly [RecordedPullRequest, Partial<RecordedLinkedIssue>, string | null]> = [
    [merged, {}, null],
    [merged, { is_transferred: true }, "transferred"],
    [merged, { author_github_id: null }, "without author"],
    [merged, { author_github_id: "100" }, "by the pull request's author"],
    [merged, { created_at: merged.created_at }, null],
    [merged, { created_at: merged.created_at + 1 }, "created after the pull request"],
    [merged, { created_at: null }, null],
    [merged, { state_reason: "NOT_PLANNED" }, "not closed as completed"],
    [merged, { state_reason: null }, "not closed as completed"],
    [merged, { solved_by_pr: 7 }, null],
    [merged, { solved_by_pr: 8 }, "solved by another pull request"],
    [merged, { solved_by_pr: 0 }, "solved by another pull request"],
    [merged, { state: "OPEN", state_reason: null }, "not closed"],
    [merged, { closed_at: mergedAt - 1 }, "closed before the merge"],
    [merged, { closed_at: mergedAt }, null],
    [merged, { closed_at: mergedAt + DAY }, null],
    [merged, { closed_at: mergedAt + DAY + 1 }, "closed too long after the merge"],
    [merged, { closed_at: null }, null],
    [pullRequest({ edited_after_merge: true }), {}, "pull request edited after the merge"],
    [open, { state: "OPEN", state_reason: null }, null],
    [open, { closed_at: mergedAt - 1 }, null],
    [open, { state_reason: "NOT_PLANNED" }, "not closed as completed"]
  ]
  it.each(cases)("%#: an issue is valid, or refused with a reason", (pull, fields, why) => {
    assert.strictEqual(whyInvalid(linkedIssue(fields), pull), why)
  })

  it("is a maintainer's if any valid issue is a maintainer's, whatever the order", () => {
    const figures = repository()
    const plain = linkedIssue({ number: 1 })
    const owners = linkedIssue({ number: 2, author_association: "OWNER" })
    const invalid = linkedIssue({ number: 4, author_association: "OWNER", is_transferred: true })
    const multiplier = (...linked_issues: ReadonlyArray<RecordedLinkedIssue>) => chooseIssue(pullRequest({ linked_issues }), figures)
    assert.deepStrictEqual(multiplier(), { issue: null, multiplier: 1 })
    assert.deepStrictEqual(multiplier(plain), { issue: plain, multiplier: 1.33 })
    assert.deepStrictEqual(multiplier(plain, owners), { issue: owners, multiplier: 1.66 })
    assert.deepStrictEqual(multiplier(owners, plain), { issue: owners, multiplier: 1.66 })
    assert.deepStrictEqual(multiplier(invalid, plain), { issue: plain, multiplier: 1.33 })
    assert.strictEqual(
      chooseIssue(pullRequest({ linked_issues: [plain] }), repository({ scoring: { standard_issue_multiplier: 1.125 } })).multiplier,
      1.12
    )
  })
})

describe("age and reviews", () => {
  const { time_decay } = repository().scoring
  it.each([
    [0, 1],
    [12 * HOUR - 1, 1],
    [12 * HOUR, 0.98],
    [10 * DAY, 0.5],
    [17 * DAY, 0.06],
    [18 * DAY, 0.05],
    [400 * DAY, 0.05],
    [-DAY, 1]
  ])("a merge %d microseconds ago is worth %d", (age, multiplier) => {
    assert.strictEqual(decayMultiplier(NOW - age, NOW, time_decay), multiplier)
  })

  it("decay at once without a grace period, and to zero without a minimum", () => {
    const steep = repository({ scoring: { time_decay: { grace_period_hours: 0, sigmoid_steepness: 5, min_multiplier: 0 } } }).scoring
      .time_decay
    assert.strictEqual(decayMultiplier(NOW, NOW, steep), 1)
    assert.strictEqual(decayMultiplier(NOW - 90 * DAY, NOW, steep), 0)
  })

  it("reduce the score for every change request, and lock more collateral of open ones", () => {
    assert.deepStrictEqual(
      [0, 1, 3, 6, 7, 20].map((count) => reviewMultiplier(count, 0.15)),
      [1, 0.85, 0.55, 0.1, 0, 0]
    )
    assert.deepStrictEqual(
      [0, 2, 7, 20].map((count) => reviewCollateral(count, 0.15)),
      [1, 1.3, 2, 2]
    )
  })
})

describe("a pull request", () => {
  const totals = { files: 2, tokenScore: 80, sourceScore: 58, total: 100 }

  it("multiplies its base by all its multipliers", () => {
    const pull = pullRequest({
      linked_issues: [linkedIssue()],
      review_summary: reviews(1),
      merged_at: NOW - 10 * DAY,
      edited_after_merge: false
    })
    const closed = pullRequest({ ...pull, linked_issues: [linkedIssue({ closed_at: pull.merged_at })] })
    const factors = scorePullRequest(closed, totals, repository({ default_label_multiplier: 2 }), NOW)
    assert.deepInclude(factors, { base: 16.13, tokenScore: 80, issue: 1.33, label: 2, decay: 0.5, review: 0.85 })
    assert.strictEqual(earned(factors, 1), 16.13 * (1.33 * 2 * 1 * 0.5 * 0.85))
    assert.strictEqual(earned(factors, 0), 0)
  })

  it("locks collateral while it is open, more for each change request", () => {
    const rules = repository({ scoring: { open_pr_collateral_percent: 0.4 } })
    const pull = pullRequest({ state: "OPEN", merged_at: null, review_summary: reviews(2) })
    const factors = scorePullRequest(pull, totals, rules, NOW)
    assert.deepInclude(factors, { decay: 1, review: 1 })
    const { review, share } = collateralFactors(pull, rules)
    assert.closeTo(collateral(factors, review, share), 16.13 * 1.3 * 0.4, 1e-12)
  })

  it("scores zero if its files are missing, unless the base is fixed", () => {
    const fixed = repository({ fixed_base_score: 10, default_label_multiplier: 2 })
    for (const [pull, known] of [
      [pullRequest(), undefined],
      [pullRequest(), { files: 0, tokenScore: 0, sourceScore: 0, total: 0 }],
      [pullRequest({ scoring_data_stored: false }), totals]
    ] as const) {
      assert.deepInclude(scorePullRequest(pull, known, repository({ default_label_multiplier: 2 }), NOW), {
        base: 0,
        tokenScore: 0,
        label: 1
      })
      assert.deepInclude(scorePullRequest(pull, known, fixed, NOW), { base: 10, tokenScore: 0, label: 2 })
    }
    assert.deepInclude(scorePullRequest(pullRequest(), totals, fixed, NOW), { base: 10, tokenScore: 80 })
  })
})
