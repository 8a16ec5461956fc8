/** GitHub is asked only for the details of pull requests that the rules declare that they need (`NEEDS`). No other detail may change a verdict. */
import { assert, describe, it } from "@effect/vitest"
import { Record, Schema } from "effect"
import {
  type Detail,
  IssueEvidence,
  type IssueFound,
  mapEveryPullRequest,
  type PullRequestEvidence
} from "../../../src/domain/IssueEvidence.ts"
import { bothWays, candidatesIn, carriersIn, inDetail, NEEDS } from "../../../src/rules/verdicts/fromGitHub/candidates.ts"
import { pullRequestsIn } from "../../../src/rules/verdicts/project.ts"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import type { MatchContext, Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { readingOf } from "../../../src/scoring/issue_competitions/verdicts.ts"
import { casesIn } from "../../support/conformance/lines.ts"
import { competition, pullRequest, REPOSITORY, STRANGER, withCompetition } from "../../support/rules/githubRecord.ts"

const decode = Schema.decodeUnknownSync(IssueEvidence)

/** The kit's records of matches. */
const records = casesIn("verdicts.jsonl").flatMap((line) => {
  const { evidence, facts, name }: { readonly evidence: unknown; readonly facts: MatchContext; readonly name: string } = JSON.parse(line)
  const issue = decode(evidence)
  return issue._tag === "Found" && isPossible(issue) ? [{ name, issue, facts }] : []
})

/** Some of the kit's records were found by changing others at random, so that a pull request was merged before it was opened, or reverted unmerged. */
function isPossible(issue: IssueFound): boolean {
  return pullRequestsIn(issue).every(({ createdAt, mergedAt, standing }) => (mergedAt === null ? standing === null : createdAt <= mergedAt))
}

/** The record as it is read: without the details that no rule declared. */
const asRead = (issue: IssueFound, facts: MatchContext): IssueFound => {
  const { linkedPullRequests: linked, namedPullRequests: named = [], repositoryId: id, timeline } = issue
  const asked = { timeline, linked, named, id, unsure: new Set<number>(), ...readingOf(facts) }
  const found = candidatesIn(asked)
  const { commits, pullRequests } = found.toCompare
  const compared = new Set<number | string>([...pullRequests.map(({ number }) => number), ...commits])
  const likenesses = (issue.likenesses ?? []).filter((one) => compared.has(one.pullRequest) && compared.has(one.with))
  const carriers = carriersIn(asked, found, bothWays(likenesses, new Map(), []))
  const chosen = {
    toCompare: pullRequests,
    inDetail: inDetail(asked, found, { likenesses }),
    carriers: carriers.merged
  }
  const isRead = (detail: Detail, number: number) => chosen[NEEDS[detail]].some((one) => one.number === number)
  const read = (one: PullRequestEvidence): PullRequestEvidence => ({
    ...one,
    ...Object.fromEntries(Record.keys(NEEDS).flatMap((detail) => (isRead(detail, one.number) ? [] : [[detail, undefined]]))),
    standing: isRead("standing", one.number) ? one.standing : null
  })
  const pushes = issue.pushes?.map(({ commit, standing, work }) => ({
    commit,
    ...(work !== undefined && compared.has(commit) ? { work } : {}),
    standing: carriers.pushes.some((one) => one.commit === commit && one.carries !== undefined) ? standing : null
  }))
  return mapEveryPullRequest({ ...issue, likenesses, ...(pushes === undefined ? {} : { pushes }) }, read)
}

const withoutWords = (verdict: Verdict) => ({ ...verdict, because: "" })

describe("a verdict", () => {
  it("needs no detail of a pull request beyond those that the rules declare", () => {
    for (const { facts, issue, name } of records)
      assert.deepStrictEqual(withoutWords(judge(asRead(issue, facts), facts).verdict), withoutWords(judge(issue, facts).verdict), name)
  })

  it("needs each of these details in some record", () => {
    const used = (detail: Detail) =>
      records.some(({ facts, issue }) => {
        const without = mapEveryPullRequest(issue, (one) => ({ ...one, [detail]: detail === "standing" ? null : undefined }))
        return judge(without, facts).verdict._tag !== judge(issue, facts).verdict._tag
      })
    assert.deepStrictEqual(
      Record.keys(NEEDS).filter((detail) => !used(detail)),
      []
    )
  })

  it("needs everybody's details while a competitor's account is not known", () => {
    const [one, other] = competition.competitors
    const facts = withCompetition({ competitors: [one, { ...other, githubId: null }] })
    const linked = [pullRequest({ authorId: STRANGER, mergedAt: null })]
    const asked = { timeline: [], linked, named: [], id: REPOSITORY, unsure: new Set<number>(), ...readingOf(facts) }
    assert.deepStrictEqual(inDetail(asked, candidatesIn(asked), { likenesses: [] }), linked)
  })
})
