/**
 * The quality loop's step: takes in the heads of competitors' pull requests that the verdict loop saw on GitHub, and submits them for judging. It casts no
 * vote, and no other step waits for it.
 */
import { Clock, Effect } from "effect"
import { IssueId } from "../../domain/Enrolment.ts"
import { GitHubAccountId } from "../../domain/GitHubLink.ts"
import type { PullRequestEvidence } from "../../domain/IssueEvidence.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../../domain/IssueRef.ts"
import { CommitHash, type Head } from "../../domain/quality/QualityRecord.ts"
import { rosterRepositoryOf } from "../../domain/Roster.ts"
import { FinalisedHead } from "../../layers/chain/node/FinalisedHead.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { PullRequestHeads } from "../../layers/github/PullRequestHeads.ts"
import { count, set } from "../../layers/machine/telemetry/metrics.ts"
import type { Look } from "../../scoring/issue_competitions/verdicts.ts"
import { Rosters } from "../../scoring/rosters/Rosters.ts"
import { QualityRecords } from "../store/QualityRecords.ts"
import { HeadPipeline } from "./HeadPipeline.ts"

/** A competitor's newest pull requests per issue that are judged: each costs a run of the repository's tests. */
const PULL_REQUESTS = 3

interface Competing {
  readonly issue: IssueId
  readonly hotkey: Head["hotkey"]
  readonly account: GitHubAccountId
  readonly ref: IssueRef
}

/** All pull requests that the competitors' accounts opened. */
const competingIn = ({ facts }: Look, pullRequests: ReadonlyArray<PullRequestEvidence>) =>
  facts.competitors.map(({ hotkey, githubId }) => ({ hotkey, of: pullRequests.filter((one) => one.authorId === githubId) }))

/** The competitors' pull requests that GitHub links to an issue, or that closed it. One whose author's account is deleted belongs to no competitor. */
const pullRequestsIn = (look: Look): ReadonlyArray<Competing> => {
  const { issue, evidence } = look
  if (evidence._tag !== "Found") return []
  const closers = evidence.timeline.flatMap((event): ReadonlyArray<PullRequestEvidence> => {
    if (event._tag !== "Closed") return []
    const { closer } = event
    return closer._tag === "PullRequest" ? [closer.pullRequest] : closer._tag === "Commit" ? closer.pullRequests : []
  })
  const linked = new Map([...evidence.linkedPullRequests, ...closers].map((one) => [one.number, one]))
  const here = [...linked.values()].filter(({ baseRepositoryId }) => baseRepositoryId === evidence.repositoryId)
  return competingIn(look, here).flatMap(({ hotkey, of }) =>
    of
      .toSorted((one, other) => other.number - one.number)
      .slice(0, PULL_REQUESTS)
      .flatMap(({ number, authorId }) =>
        authorId === null
          ? []
          : {
              issue: IssueId.make(issue.id),
              hotkey,
              account: GitHubAccountId.make(authorId),
              ref: new IssueRef({ repository: RepositoryName.make(evidence.repository), number: IssueNumber.make(number) })
            }
      )
  )
}

/** Takes in a pull request's newest head. If GitHub does not show it now, the next pass tries again. */
const takeIn = ({ issue, hotkey, account, ref }: Competing) =>
  Effect.gen(function* () {
    const [heads, records] = yield* Effect.all([PullRequestHeads, QualityRecords])
    const { head, base } = yield* heads.read(ref)
    if (head === base) return
    yield* records.see({
      issue,
      hotkey,
      account,
      repository: ref.repository,
      number: ref.number,
      commit: CommitHash.make(head),
      base: CommitHash.make(base)
    })
  }).pipe(
    Effect.catchTags({
      GitHubUnavailable: ({ message }) => Effect.zipRight(count("gittensor_quality_unread_total"), Effect.logDebug(message)),
      PullRequestNotFound: ({ message }) => Effect.logDebug(message),
      HeadNotFound: ({ message }) => Effect.logDebug(message)
    })
  )

const STATES = ["seen", "gated", "verified", "done", "rejected", "failed"] as const

/** Reports the number of heads in each state, and the age of the oldest unfinished attempt. */
const report = Effect.gen(function* () {
  const records = yield* QualityRecords
  const states = yield* records.states
  yield* Effect.forEach(STATES, (state) => set("gittensor_quality_heads", states.filter((one) => one === state).length, { state }))
  const now = yield* Clock.currentTimeMillis
  const ages = (yield* records.unfinished).map(({ record }) => now - record.at)
  yield* set("gittensor_quality_oldest_unfinished_seconds", Math.max(0, ...ages) / 1000)
})

/** The roster that scores the current epoch. */
const rosterNow = Effect.gen(function* () {
  const [rosters, subnet, { current }] = yield* Effect.all([Rosters, Subnet, FinalisedHead])
  const head = yield* current
  const [epoch, { tempo }] = yield* Effect.all([subnet.epochAt(head), subnet.weightRules(head)], { concurrency: 2 })
  return yield* rosters.at({ ...epoch, tempo, head })
})

/** Submits unfinished attempts. An attempt keeps the test command of its first submission, so without a roster it waits for one. */
const submit = Effect.gen(function* () {
  const [records, pipeline] = yield* Effect.all([QualityRecords, HeadPipeline])
  const unfinished = yield* records.unfinished
  if (unfinished.length === 0) return
  const { repositories } = yield* rosterNow
  yield* Effect.forEach(
    unfinished,
    (attempted) => pipeline.submit(attempted, rosterRepositoryOf(repositories, attempted.record.head.repository)?.test_command),
    { discard: true }
  )
})

/** One step, after a pass of the verdict loop. */
export const step = Effect.fn("validator.quality")(function* (looks: ReadonlyArray<Look>) {
  // In sequence: the order in which heads are seen decides who was first.
  yield* Effect.forEach(looks.flatMap(pullRequestsIn), takeIn, { discard: true })
  yield* report
  yield* submit
})
