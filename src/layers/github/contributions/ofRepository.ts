/**
 * Makes one repository's part of a round: reads what its rule needs (`scoring/oss_contributions/rules/fromGitHub/repositoryRecords.ts`), and makes
 * the records.
 */
import { Effect } from "effect"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { RecordedIssue, RecordedPullRequest } from "../../../domain/contributions/RoundRecord.ts"
import type { Issue } from "../../../domain/github/ContributionAnswers.ts"
import { peopleOf, shownPeople } from "../../../scoring/oss_contributions/rules/fromGitHub/peopleOf.ts"
import { type FullPullRequest, pullRequestAt, unreadPullRequestAt } from "../../../scoring/oss_contributions/rules/fromGitHub/records.ts"
import {
  issuesAt,
  maintainersIn,
  matched,
  mergesAt,
  missingIn,
  otherBranchesIn,
  reportUnknown,
  snapshotAt
} from "../../../scoring/oss_contributions/rules/fromGitHub/repositoryRecords.ts"
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

/** The net diff of each merge on the default branch, where the roster scores by that. */
const readLandedChanges = (
  sources: Lists.Sources,
  { landsIn, name }: Lists.RepositoryLists,
  all: ReadonlyArray<FullPullRequest>,
  now: number
) =>
  landsIn === null
    ? Effect.succeed<Effect.Effect.Success<ReturnType<typeof Landed.read>>>(new Map())
    : Landed.read(sources, { repository: landsIn, name, now }, mergesAt(all, now))

export interface RepositoryRound {
  readonly pulls: ReadonlyArray<RecordedPullRequest>
  readonly issues: ReadonlyArray<RecordedIssue>
  readonly maintainers: ReadonlySet<string>
  readonly missing: ReadonlyArray<MissingEvidence>
}

/** Makes a repository's part of the round. */
export const ofRepository = (sources: Lists.Sources, lists: Lists.RepositoryLists, details: Details.Details, now: number) =>
  Effect.gen(function* () {
    const { repository } = lists
    const missing = missingIn(repository)
    const match = matched(lists, details, now, missing.report)
    const { authored, issues, pullRequests } = match
    const people = yield* readPeople(sources, lists, pullRequests, issues)
    const former = yield* Details.formerNames(sources.gitHub, lists.name, otherBranchesIn(pullRequests))
    const landedChanges = yield* readLandedChanges(sources, lists, pullRequests, now)
    const known = { people, former, landedChanges, issues }
    const snapshot = snapshotAt(repository, known, now)
    reportUnknown(match, details.issues, known, missing.report)
    const pulls = yield* Effect.forEach(authored, ({ account, full, listed }) =>
      full === undefined
        ? Effect.sync(() => unreadPullRequestAt(listed, snapshot))
        : contained(
            "pull request",
            `${repository}#${listed.number}`,
            Effect.sync(() => pullRequestAt(full, listed.user, snapshot)),
            (why) =>
              Effect.sync(() => {
                missing.report(account, listed.number, why)
                return unreadPullRequestAt(listed, snapshot)
              })
          )
    )
    return {
      pulls,
      issues: issuesAt(match, lists, snapshot),
      maintainers: maintainersIn(people),
      missing: missing.all()
    } satisfies RepositoryRound
  })
