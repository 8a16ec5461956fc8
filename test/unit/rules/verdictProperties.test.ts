import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { PullRequestEvidence } from "../../../src/domain/IssueEvidence.ts"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import {
  ALICE,
  BOB,
  by,
  byCommit,
  closed,
  competition,
  DEADLINE,
  FORK,
  HAND,
  HOUR,
  issue,
  pullRequest,
  REPOSITORY,
  START,
  STRANGER,
  SUBMISSIONS_FROM,
  TAKEN_BACK,
  withCompetition
} from "../../support/rules/githubRecord.ts"

const anyPullRequest = fc
  .record({
    number: fc.integer({ min: 50, max: 60 }),
    authorId: fc.constantFrom(ALICE, BOB, STRANGER, null),
    createdAt: fc.integer({ min: START - HOUR, max: DEADLINE }),
    open: fc.integer({ min: 0, max: 400 * HOUR }),
    merged: fc.boolean(),
    baseRepositoryId: fc.constantFrom(REPOSITORY, FORK),
    baseBranch: fc.constantFrom("main", "dev"),
    takenBack: fc.boolean()
  })
  .map(
    ({ open, merged, takenBack, ...rest }): PullRequestEvidence =>
      pullRequest({ ...rest, mergedAt: merged ? rest.createdAt + open : null, standing: takenBack ? TAKEN_BACK : null })
  )
const anyEvent = (known: ReadonlyArray<PullRequestEvidence>) =>
  fc.oneof(
    fc.record({
      _tag: fc.constant("Closed" as const),
      at: fc.integer({ min: START - HOUR, max: DEADLINE + HOUR }),
      reason: fc.constantFrom("completed" as const, "completed" as const, "not_planned" as const, "duplicate" as const),
      closer: fc.oneof(
        fc.constant(HAND),
        fc.constantFrom(...known).map(by),
        fc.subarray([...known]).map((found) => byCommit(...found.filter(({ mergedAt }) => mergedAt !== null)))
      )
    }),
    fc.record({ _tag: fc.constant("Reopened" as const), at: fc.integer({ min: START, max: DEADLINE }) })
  )
const anyIssue = fc
  .uniqueArray(anyPullRequest, { minLength: 1, maxLength: 4, selector: ({ number }) => number })
  .chain((known) =>
    fc
      .tuple(
        fc.array(anyEvent(known), { maxLength: 4 }),
        fc.subarray(known),
        fc.constantFrom("open" as const, "closed" as const, "closed" as const)
      )
      .map(([timeline, linkedPullRequests, state]) => issue(timeline, { linkedPullRequests, state }))
  )

describe("verdicts on any record", () => {
  it("never pay a miner whose pull request breaks the rules", () => {
    fc.assert(
      fc.property(anyIssue, (evidence) => {
        const verdict = judge(evidence, competition).verdict
        if (verdict._tag !== "Solved") return true
        assert.strictEqual(evidence.state, "closed")
        const account = competition.competitors.find((one) => one.hotkey === verdict.hotkey)?.githubId
        const all = evidence.timeline.flatMap((event) => {
          if (event._tag !== "Closed") return []
          const { closer } = event
          return closer._tag === "PullRequest" ? [closer.pullRequest] : closer._tag === "Commit" ? closer.pullRequests : []
        })
        return [...all, ...evidence.linkedPullRequests].some(
          (found) =>
            found.number === verdict.pullRequest &&
            found.authorId === account &&
            found.baseRepositoryId === REPOSITORY &&
            found.mergedAt !== null &&
            (found.mergedAt <= DEADLINE + 999 || found.createdAt <= DEADLINE - 72 * HOUR + 999) &&
            found.createdAt >= SUBMISSIONS_FROM - 999 &&
            found.standing === null
        )
      }),
      { numRuns: 5_000 }
    )
  })

  it("never cancel an open issue before it is solved, and are repeatable", () => {
    fc.assert(
      fc.property(anyIssue, (evidence) => {
        const verdict = judge(evidence, competition).verdict
        assert.deepStrictEqual(judge(structuredClone(evidence), competition).verdict, verdict)
        return evidence.state === "closed" || verdict._tag === "NoVote"
      }),
      { numRuns: 2_000 }
    )
  })

  it("do not depend on who is named first", () => {
    const [one, other] = competition.competitors
    const swapped = withCompetition({ competitors: [other, one] })
    fc.assert(
      fc.property(anyIssue, (evidence) => assert.deepStrictEqual(judge(evidence, swapped).verdict, judge(evidence, competition).verdict)),
      { numRuns: 2_000 }
    )
  })

  it("never fail, whatever the times", () => {
    const far = Number.MAX_SAFE_INTEGER
    const { verdict } = judge(issue([closed(by(pullRequest()))]), withCompetition({ headAt: far, deadline: far }))
    assert.strictEqual(verdict._tag, "Solved")
  })
})
