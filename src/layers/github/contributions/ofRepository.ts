/**
 * Makes one repository's part of a round: reads what its rule needs (`rules/contributions/fromGitHub/repositoryRecords.ts`), and makes
 * the records.
 */

import { Effect } from "effect"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { RecordedIssue, RecordedPullRequest } from "../../../domain/contributions/RoundRecord.ts"
import type { Issue } from "../../../domain/github/ContributionAnswers.ts"
import { MICROSECONDS_PER_DAY } from "../../../rules/contributions/figures.ts"
import { peopleOf, pushersIn, shownPeople } from "../../../rules/contributions/fromGitHub/peopleOf.ts"
import { type FullPullRequest, pullRecordOf, unreadPullRecordOf } from "../../../rules/contributions/fromGitHub/records.ts"
import {
  issuesAt,
  maintainersIn,
  matchDetails,
  mergesAt,
  missingIn,
  otherBranchesIn,
  reportUnknown,
  snapshotAt
} from "../../../rules/contributions/fromGitHub/repositoryRecords.ts"
import { contained } from "../../machine/effects/contained.ts"
import { everybodysView } from "../associations.ts"
import * as Details from "./details.ts"
import type * as Lists from "./lists.ts"
import * as Landed from "./readLanded.ts"

/** The associations of accounts. Lists and reviews show most of them. GitHub is asked about accounts that only labelled or merged. */
const readPeople = (
  sources: Lists.Sources,
  lists: Lists.RepositoryLists,
  pullRequests: ReadonlyArray<FullPullRequest>,
  issues: ReadonlyMap<string, Issue>
) =>
  Effect.gen(function* () {
    const people = shownPeople(lists, pullRequests, issues)
    const asked = yield* Details.associationsOf(sources.associations, lists.name, people.unknown, sources.gitHub.concurrency)
    const view = yield* Effect.either(everybodysView(sources.associations, lists.name, people.shown))
    return peopleOf(people, asked, view)
  })

const sinceOf = ({ pushingDays }: Lists.RepositoryLists, now: number): number | null =>
  pushingDays === null ? null : now - pushingDays * MICROSECONDS_PER_DAY

/** Reads what the default branch gained by merged pull requests, if the roster scores by that. */
const readLandedChanges = (sources: Lists.Sources, lists: Lists.RepositoryLists, all: ReadonlyArray<FullPullRequest>, now: number) =>
  lists.landsIn === null
    ? Effect.succeed(Landed.NOTHING_LANDED)
    : Landed.read(sources, { repository: lists.landsIn, name: lists.name, now, movesSince: sinceOf(lists, now) }, mergesAt(all, now))

export interface RepositoryRound {
  readonly pulls: ReadonlyArray<RecordedPullRequest>
  readonly issues: ReadonlyArray<RecordedIssue>
  readonly maintainers: ReadonlySet<string>
  /** By the roster's name; undefined: it is not measured who can push. */
  readonly pushers: readonly [repository: string, accounts: ReadonlyArray<string>] | undefined
  readonly missing: ReadonlyArray<MissingEvidence>
}

/** When a repository is read. `refusedSince`: since when its people refuse bounties by their file; null: they do not. Microseconds since 1970. */
interface Moment {
  readonly now: number
  readonly refusedSince: number | null
}

export const ofRepository = (
  sources: Lists.Sources,
  lists: Lists.RepositoryLists,
  details: Details.Details,
  { now, refusedSince }: Moment
) =>
  Effect.gen(function* () {
    const { repository } = lists
    const missing = missingIn(repository)
    const match = matchDetails(lists, details, now, missing.report)
    const { authored, issues, pullRequests } = match
    const people = yield* readPeople(sources, lists, pullRequests, issues)
    const former = yield* Details.formerNames(sources.gitHub, lists.name, otherBranchesIn(pullRequests))
    const { landedChanges, moves } = yield* readLandedChanges(sources, lists, pullRequests, now)
    const known = { people, former, landedChanges, issues }
    const since = sinceOf(lists, now)
    const snapshot = snapshotAt(repository, known, { now, isForWork: since !== null })
    reportUnknown(match, details.issues, known, missing.report)
    const pulls = yield* Effect.forEach(authored, ({ account, full, listed }) =>
      full === undefined
        ? Effect.sync(() => unreadPullRecordOf(listed, snapshot))
        : contained(
            "pull request",
            `${repository}#${listed.number}`,
            Effect.sync(() => pullRecordOf(full, listed, snapshot)),
            (why) =>
              Effect.sync(() => {
                missing.report(account, listed.number, why)
                return unreadPullRecordOf(listed, snapshot)
              })
          )
    )
    const refused = refusedSince === null ? {} : { refused_since: refusedSince }
    return {
      pulls: pulls.map((pull) => ({ ...pull, ...refused })),
      issues: issuesAt(match, lists, snapshot).map((issue) => ({ ...issue, ...refused })),
      maintainers: maintainersIn(people),
      pushers:
        since === null || moves === undefined ? undefined : [repository, pushersIn(lists.ownerId, moves, pullRequests, { now, since })],
      missing: missing.all()
    } satisfies RepositoryRound
  })
