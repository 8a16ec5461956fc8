import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import type { RecordedLabel, RecordedPullRequest, RoundRecord } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { microsecondsOf } from "../../../../src/domain/Instant.ts"
import { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { problemOf } from "../../../../src/domain/jsonProblem.ts"
import { type ConsentRules, RosterDocument, type RosterRepository } from "../../../../src/domain/Roster.ts"
import { heldToMaintainers, whyUnwanted } from "../../../../src/scoring/oss_contributions/rules/maintainers.ts"
import { minerScores, pullRequestsToScore, scoreRound } from "../../../../src/scoring/oss_contributions/rules/scoreRound.ts"
import { DAY, foundIssue, pullRequest, repository, round } from "./parts.ts"
import { givenRounds } from "./rounds.ts"

const files = { files: 1, tokenScore: 58, sourceScore: 58, total: 58 }

/** The miners' scores in a record by the rules for maintainers, with equal files in every pull request. */
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

/** A repository's roster entry that pays for the first merged pull request. */
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

describe("the burden on maintainers", () => {
  const OPEN = { state: "OPEN", merged_at: null } as const
  const CLOSED = { state: "CLOSED", merged_at: null } as const
  const at = (day: number) => microsecondsOf("2026-07-01T00:00:00Z") + day * DAY
  const opened = (pr_number: number, day: number, author_github_id = "100") =>
    pullRequest({ ...OPEN, pr_number, author_github_id, created_at: at(day) })
  const limited = (burden: RosterRepository["burden"], pulls: RoundRecord["pulls"]) =>
    round({ repos: { "acme/site": repository({ ...lenient, ...(burden === undefined ? {} : { burden }) }) }, pulls })
  const above = (record: RoundRecord) =>
    scored(record).flatMap(({ contributions }) =>
      [...contributions.values()].flatMap(({ pullRequests }) =>
        pullRequests.filter(({ isAboveLimit }) => isAboveLimit).map(({ pull }) => pull.pr_number)
      )
    )

  it("is at most so many open pull requests of a miner: the newest above that take all of their score as collateral", () => {
    const pulls = { "100": [opened(3, 3), opened(1, 1), opened(2, 1)] }
    assert.deepStrictEqual(above(limited({ max_open_prs_per_miner: 2 }, pulls)), [3])
    assert.deepStrictEqual(above(limited({ max_open_prs_per_miner: 1 }, pulls)), [3, 2])
    assert.deepStrictEqual(above(limited(undefined, pulls)), [])
    const [third, first] = scoreOf(limited({ max_open_prs_per_miner: 2 }, pulls)).pullRequests
    assert.strictEqual(third?.collateral, third?.factors.base)
    assert.strictEqual(first?.collateral, (first?.factors.base ?? 0) * 0.2)
  })

  it("is at most so many of all miners, without those that are too many of their own", () => {
    const pulls = { "100": [opened(1, 1), opened(2, 2), opened(3, 3)], "200": [opened(4, 4, "200"), opened(5, 5, "200")] }
    assert.deepStrictEqual(above(limited({ max_open_prs: 3 }, pulls)), [4, 5])
    assert.deepStrictEqual(above(limited({ max_open_prs_per_miner: 2, max_open_prs: 3 }, pulls)), [3, 5])
  })

  it("counts no merged pull request, and what is merged later counts as usual", () => {
    const merged = [1, 2, 3].map((pr_number) => pullRequest({ pr_number }))
    const score = scoreOf(limited({ max_open_prs_per_miner: 0, max_open_prs: 0 }, { "100": merged }))
    assert.deepStrictEqual(score.total, scoreOf(limited(undefined, { "100": merged })).total)
  })

  const label = (fields: Partial<RecordedLabel> = {}): RecordedLabel => ({
    name: "spam",
    actor_github_id: "900",
    actor_association: "MEMBER",
    ...fields
  })
  const closed = (labels: ReadonlyArray<RecordedLabel>, fields: Partial<RecordedPullRequest> = {}) =>
    pullRequest({ pr_number: 50, state: "CLOSED", merged_at: null, created_at: at(1), closed_at: at(2), labels, ...fields })
  const merged = (pr_number: number, created_at: number) => pullRequest({ pr_number, created_at })
  const spam = (first: RecordedPullRequest, spam_days = 10) =>
    scoreOf(limited({ spam_days }, { "100": [first, merged(1, at(2) - 1), merged(2, at(2)), merged(3, at(12) - 1), merged(4, at(12))] }))
  const scoring = (first: RecordedPullRequest) =>
    earnedBy(spam(first)).flatMap(([number, hasEarned]) => (hasEarned === true ? [number] : []))

  it("takes the repository from a miner for days after a maintainer closed its pull request as spam", () => {
    assert.deepStrictEqual(scoring(closed([label()])), [1, 4])
    const reason = "it was opened within 10 days after maintainers closed its author's #50 as spam"
    assert.strictEqual(spam(closed([label()])).pullRequests[2]?.pull.scores_nothing, reason)
    for (const name of ["Invalid", "ai-slop", "type: AI slop"]) assert.deepStrictEqual(scoring(closed([label({ name })])), [1, 4], name)
    assert.deepStrictEqual(scoring(closed([], { locked_as_spam_by_github_id: "900" })), [1, 4])
    const without = limited(undefined, { "100": [closed([label()]), merged(2, at(2))] })
    assert.deepStrictEqual(earnedBy(scoreOf(without)), [
      [50, false],
      [2, true]
    ])
  })

  it.each([
    ["another label", closed([label({ name: "wontfix" })])],
    ["somebody who is no maintainer", closed([label({ actor_association: "NONE" })])],
    ["a miner who is a maintainer", closed([label({ actor_github_id: "200" })])],
    ["a label while it is open", closed([label()], { ...OPEN, closed_at: null })],
    ["a label on what was merged", merged(50, at(1))],
    ["a maintainer's own pull request", closed([label()], { author_association: "MEMBER" })],
    ["a lock as spam by a miner", closed([], { locked_as_spam_by_github_id: "200" })],
    ["a lock as spam while it is open", closed([], { ...OPEN, closed_at: null, locked_as_spam_by_github_id: "900" })]
  ])("takes nothing for %s", (_, first) => {
    assert.includeMembers(scoring(first), [1, 2, 3, 4])
  })

  it("trusts a bot's label where the repository trusts labels of anybody", () => {
    const bot = closed([label({ actor_github_id: null, actor_association: null })])
    const rules = (trusted_label_pipeline: boolean) => ({
      "acme/site": repository({ ...lenient, trusted_label_pipeline, burden: { spam_days: 10 } })
    })
    const of = (isTrusted: boolean) => earnedBy(scoreOf(round({ repos: rules(isTrusted), pulls: { "100": [bot, merged(2, at(2))] } })))[1]
    assert.deepStrictEqual(
      [of(true), of(false)],
      [
        [2, false],
        [2, true]
      ]
    )
  })

  it("counts spam as closed in the credibility of every other repository", () => {
    const other = closed([label()], { repo_full_name: "acme/other" })
    const of = (burden: RosterRepository["burden"]) => {
      const others = repository({ emission_share: 0.1, ...(burden === undefined ? {} : { burden }) })
      const pulls = [1, 2, 3].map((number) => merged(number, at(5)))
      return scoreOf(round({ repos: { "acme/site": repository(), "acme/other": others }, pulls: { "100": [other, ...pulls] } }))
    }
    const [punished, spared] = [of({ spam_days: 10 }), of(undefined)]
    assert.deepStrictEqual([punished.credibility, punished.closed, punished.spamElsewhere, punished.isEligible], [3 / 4, 0, 1, false])
    assert.deepStrictEqual([spared.credibility, spared.isEligible], [1, true])
  })

  it.each([
    [5, 5, 1],
    [4, 6, 0.8],
    [3, 7, 0.6],
    [0, 10, 0],
    [4, 7, 0.727],
    [4, 5, 1]
  ])("lowers the share of a repository with %d merged and %d closed of miners to %d of it, from ten on", (ended, refused, left) => {
    const all = (from: number, length: number, fields: Partial<RecordedPullRequest>) =>
      Array.from({ length }, (_, at) => pullRequest({ pr_number: from + at, ...fields }))
    const pulls = {
      "100": [...all(1, ended, {}), ...all(50, 3, OPEN)],
      "200": [
        ...all(100, refused, { ...CLOSED, author_github_id: "200", closed_by_github_id: "900" }),
        // Closed by their authors, by another miner, or by an account that GitHub hides: no maintainer decided those.
        ...all(150, 4, { ...CLOSED, author_github_id: "200", closed_by_github_id: "200" }),
        ...all(160, 4, { ...CLOSED, author_github_id: "200", closed_by_github_id: "100" }),
        ...all(170, 4, { ...CLOSED, author_github_id: "200" })
      ],
      // By an account that is no miner's.
      "300": all(200, 9, { author_github_id: "300" })
    }
    const shareOf = (burden: RosterRepository["burden"]) => heldToMaintainers(limited(burden, pulls)).repos["acme/site"]?.emission_share
    assert.strictEqual(shareOf({ min_decided_prs: 10 }), (0.5 * Math.round(left * 1_000)) / 1_000)
    assert.strictEqual(shareOf(undefined), 0.5)
  })

  it("gives what a share lost to nobody", () => {
    const closed = Array.from({ length: 7 }, (_, at) => pullRequest({ pr_number: 50 + at, ...CLOSED, closed_by_github_id: "900" }))
    const ended = [1, 2, 3].map((pr_number) => pullRequest({ pr_number }))
    const rewards = (burden: RosterRepository["burden"]) => {
      const record = heldToMaintainers(limited(burden, { "100": [...ended, ...closed] }))
      const totals = new Map(pullRequestsToScore(record).map(({ number, repository }) => [`${repository}#${number}`, files]))
      return scoreRound({ record, totals }, defaultRoster.emission).rewards
    }
    const [lowered, whole] = [rewards({ min_decided_prs: 10 }), rewards(undefined)]
    assert.closeTo(lowered.get(1) ?? 0, 0.6 * (whole.get(1) ?? 0), 1e-12)
    assert.closeTo((lowered.get(0) ?? 0) - (whole.get(0) ?? 0), 0.4 * (whole.get(1) ?? 0), 1e-12)
    assert.isAbove(whole.get(1) ?? 0, 0)
  })
})
