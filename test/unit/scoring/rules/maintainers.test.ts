import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import type { RecordedPullRequest, RoundRecord } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { microsecondsOf } from "../../../../src/domain/Instant.ts"
import { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { problemOf } from "../../../../src/domain/jsonProblem.ts"
import { type ConsentRules, RosterDocument } from "../../../../src/domain/Roster.ts"
import { heldToMaintainers, whyUnwanted } from "../../../../src/scoring/oss_contributions/rules/maintainers.ts"
import { minerScores, pullRequestsToScore } from "../../../../src/scoring/oss_contributions/rules/scoreRound.ts"
import { foundIssue, pullRequest, repository, round } from "./parts.ts"
import { givenRounds } from "./rounds.ts"

const files = { files: 1, tokenScore: 58, sourceScore: 58, total: 58 }

/** What the record's miners score by the rules for maintainers, with equal files in every pull request. */
const scored = (record: RoundRecord, rules?: ConsentRules) => {
  const held = heldToMaintainers(record, rules)
  const totals = new Map(pullRequestsToScore(held).map(({ number, repository }) => [`${repository}#${number}`, files]))
  return minerScores({ record: held, totals })
}

const scoreOf = (record: RoundRecord, rules?: ConsentRules, uid = 1) => {
  const score = scored(record, rules)
    .find((miner) => miner.uid === uid)
    ?.contributions.get("acme/site")
  if (score === undefined) throw new Error("no score")
  return score
}

/** An entry of a repository that pays for the first merged pull request. */
const lenient = { eligibility: { min_valid_merged_prs: 0, min_credibility: 0 } } as const

const withPulls = (...pulls: ReadonlyArray<RecordedPullRequest>) =>
  round({ repos: { "acme/site": repository(lenient) }, pulls: { "100": pulls } })

const earnedBy = (score: ReturnType<typeof scoreOf>) => score.pullRequests.map(({ earned, pull }) => [pull.pr_number, earned > 0])

it("leaves recorded rounds as they are", () => {
  assert.isAbove(givenRounds.length, 10)
  for (const { record } of givenRounds) assert.deepStrictEqual(heldToMaintainers(record), record)
})

describe("consent", () => {
  const refusals = [{ repository: RepositoryName.make("Acme/Site"), since: "2026-07-21" }]
  const notRefused: ConsentRules = { consent: "not-refused", refusals }
  const before = pullRequest({ pr_number: 1, created_at: microsecondsOf("2026-07-20T23:59:59.999999Z") })
  const after = pullRequest({ pr_number: 2, created_at: microsecondsOf("2026-07-21T00:00:00Z") })

  it("is refused for what was opened on the day or later, and what was opened before counts as it did", () => {
    const score = scoreOf(withPulls(before, after), notRefused)
    assert.deepStrictEqual(earnedBy(score), [
      [1, true],
      [2, false]
    ])
    assert.strictEqual(score.pullRequests[1]?.pull.scores_nothing, "its maintainers want no contributions by this subnet since 2026-07-21")
    assert.strictEqual(score.merged, 2)
  })

  it("binds no other repository, and without the key nobody", () => {
    assert.isUndefined(whyUnwanted({ ...after, repo_full_name: "acme/other" }, notRefused, undefined))
    for (const rules of [{ consent: "any" as const, refusals }, { refusals }])
      assert.deepStrictEqual(earnedBy(scoreOf(withPulls(after), rules)), [[2, true]])
  })

  it("keeps files of unwanted pull requests from being loaded, and open ones from taking collateral", () => {
    const open = { ...after, state: "OPEN", merged_at: null } as const
    assert.isAbove(scoreOf(withPulls(open)).collateral, 0)
    assert.strictEqual(scoreOf(withPulls(open), notRefused).collateral, 0)
    assert.deepStrictEqual(pullRequestsToScore(heldToMaintainers(withPulls(after), notRefused)), [])
  })

  it("counts only repositories that asked, where the roster says so", () => {
    const asked = (entry: object) => ({ ...withPulls(before), repos: { "acme/site": repository({ ...lenient, ...entry }) } })
    assert.deepStrictEqual(earnedBy(scoreOf(asked({}), { consent: "asked" })), [[1, false]])
    assert.deepStrictEqual(earnedBy(scoreOf(asked({ asked: false }), { consent: "asked" })), [[1, false]])
    assert.deepStrictEqual(earnedBy(scoreOf(asked({ asked: true }), { consent: "asked" })), [[1, true]])
    assert.deepStrictEqual(earnedBy(scoreOf(asked({}), { consent: "not-refused" })), [[1, true]])
    assert.deepStrictEqual(earnedBy(scoreOf(withPulls(after), { consent: "asked", refusals })), [[2, false]])
  })

  it("holds for issues too: one that was opened after the refusal earns its finder nothing", () => {
    const issue = (created_at: number) => foundIssue({ created_at })
    const issues = (created_at: number) => heldToMaintainers(round({ issues: { "200": [issue(created_at)] } }), notRefused).issues["200"]
    assert.lengthOf(issues(before.created_at) ?? [], 1)
    assert.lengthOf(issues(after.created_at) ?? [], 0)
  })

  it("is taken from a recorded round itself", () => {
    assert.deepStrictEqual(earnedBy(scoreOf({ ...withPulls(after), ...notRefused })), [[2, false]])
  })

  it("is on in the built-in roster; refusals that bind nobody and mistakes are refused", () => {
    assert.strictEqual(defaultRoster.consent, "not-refused")
    const problem = (more: object) =>
      Either.match(Schema.decodeUnknownEither(RosterDocument)({ ...Schema.encodeSync(RosterDocument)(defaultRoster), ...more }), {
        onLeft: problemOf,
        onRight: () => "none"
      })
    assert.strictEqual(problem({ refusals }), "none")
    assert.include(problem({ refusals, consent: "any" }), "refusals: they bind nobody")
    assert.include(problem({ refusals: [{ repository: "acme", since: "2026-07-21" }] }), "refusals[0].repository")
    assert.include(problem({ refusals: [{ repository: "acme/site", since: "2026-02-30" }] }), "refusals[0].since")
    assert.include(problem({ consent: "never" }), "consent")
  })
})
