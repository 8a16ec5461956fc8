import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type IssueFound, mapEveryPullRequest, type PullRequestEvidence, type TimelineEvent } from "../../../src/domain/IssueEvidence.ts"
import { isForPeople } from "../../../src/rules/verdicts/noVoteReasons.ts"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import {
  ALICE,
  alike,
  answer,
  BOB,
  bobs,
  bot,
  by,
  byCommit,
  closed,
  competition,
  DEADLINE,
  FORK,
  HAND,
  HOUR,
  issue,
  MAINTAINER,
  OPEN,
  pullRequest,
  REPOSITORY,
  reopened,
  START,
  STRANGER,
  SUBMISSIONS_FROM,
  short,
  someone,
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

/** Records in which Alice has solved the issue with #57, until the time at which she had. Bob's own try, #58, is open. */
const SOLVED_AT = SUBMISSIONS_FROM + 5 * HOUR
const hers = pullRequest({ mergedBy: someone(MAINTAINER), thereSince: SUBMISSIONS_FROM + 2 * HOUR })
const tried = bobs({ ...OPEN, createdAt: SUBMISSIONS_FROM + 3 * HOUR, thereSince: SUBMISSIONS_FROM + 3 * HOUR })
const mentions = { pullRequest: 57, at: SUBMISSIONS_FROM + 2 * HOUR, by: ALICE }
const solutions: ReadonlyArray<IssueFound> = [
  issue([closed(by(hers))], { linkedPullRequests: [tried] }),
  issue([closed(HAND, SOLVED_AT + HOUR)], {
    namedPullRequests: [
      { ...hers, says: "mention" },
      { ...tried, says: undefined }
    ],
    namings: [mentions]
  }),
  issue([closed(byCommit(hers))], { linkedPullRequests: [tried] }),
  issue([closed(byCommit(), SOLVED_AT)], {
    linkedPullRequests: [{ ...hers, ...OPEN }, tried],
    pushes: [{ commit: "cccc", work: { lines: 40 }, standing: null }],
    likenesses: [alike(57, "cccc")]
  }),
  issue([closed(HAND, SOLVED_AT, "completed", bot)], { linkedPullRequests: [hers, tried] })
]

/** What anybody may do after the closing: `who` is an account. Each adds to a record. */
const deedOf = (who: number) => {
  const when = fc.integer({ min: SOLVED_AT + 2 * HOUR, max: DEADLINE + HOUR })
  const opened = fc
    .record({
      number: fc.integer({ min: 70, max: 75 }),
      createdAt: when,
      closedAt: fc.option(when),
      authorId: fc.constant(who),
      thereSince: fc.option(when, { nil: undefined }),
      work: fc.constantFrom({ lines: 1 }, { lines: 40 }, { lines: 4_000 })
    })
    .map(({ thereSince, ...one }) => pullRequest({ ...one, ...OPEN, ...(thereSince === undefined ? {} : { thereSince }) }))
  type Deed = (record: IssueFound) => IssueFound
  const told =
    (event: TimelineEvent): Deed =>
    (record) => ({
      ...record,
      timeline: [...record.timeline, event],
      state: event._tag === "Reopened" ? "open" : "closed"
    })
  return fc.oneof(
    opened.map(
      (one): Deed =>
        (record) => ({ ...record, linkedPullRequests: [...record.linkedPullRequests, one] })
    ),
    fc.tuple(opened, fc.integer({ min: 1, max: 40 })).map(
      ([one, lines]): Deed =>
        (record) => ({
          ...record,
          namedPullRequests: [...(record.namedPullRequests ?? []), { ...one, says: "mention" }],
          namings: [...(record.namings ?? []), { pullRequest: one.number, at: one.createdAt, by: who }],
          likenesses: [...(record.likenesses ?? []), alike(57, one.number, lines), alike(one.number, 57, lines, { names: true })]
        })
    ),
    fc.tuple(fc.constantFrom(57, 58, 70), when, fc.boolean()).map(
      ([number, at, solves]): Deed =>
        (record) => ({
          ...record,
          namings: [...(record.namings ?? []), { pullRequest: number, at, by: who, ...(solves ? { solves } : {}) }]
        })
    ),
    fc.tuple(fc.constantFrom("Approved" as const, "ChangesRequested" as const, "NamedCommit" as const), when).map(
      ([as, at]): Deed =>
        (record) =>
          mapEveryPullRequest(record, (one) => ({ ...one, answers: [...(one.answers ?? []), answer(as, at, who)] }))
    ),
    when.map((at) => told(reopened(at, who))),
    fc
      .tuple(when, fc.constantFrom("completed" as const, "not_planned" as const, "duplicate" as const))
      .map(([at, reason]) => told(closed(HAND, at, reason, someone(who))))
  )
}

const solvedByAlice = (record: IssueFound, facts = competition) => judge(record, facts).verdict

describe("what happens after a solution", () => {
  it("is a solution before anything happens", () => {
    for (const record of solutions) assert.strictEqual(short(solvedByAlice(record)), "Solved by alice with #57")
  })

  it("changes no verdict, if only strangers do it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...solutions), fc.array(deedOf(STRANGER), { minLength: 1, maxLength: 5 }), (record, deeds) => {
        const verdict = solvedByAlice(deeds.reduce((before, deed) => deed(before), record))
        assert.strictEqual(short(verdict), "Solved by alice with #57")
      }),
      { numRuns: 5_000 }
    )
  })

  it("takes the bounty from nobody, if only the rival does it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...solutions), fc.array(deedOf(BOB), { minLength: 1, maxLength: 5 }), (record, deeds) => {
        const verdict = solvedByAlice(deeds.reduce((before, deed) => deed(before), record))
        assert.isTrue(verdict._tag === "NoVote" ? isForPeople(verdict.why) : short(verdict) === "Solved by alice with #57", short(verdict))
      }),
      { numRuns: 5_000 }
    )
  })
})
