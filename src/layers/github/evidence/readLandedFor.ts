/** Reads whether work for an issue that is gone was merged: GitHub shows no issue any more that would name it. */
import { Effect } from "effect"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import type { WorkStanding } from "../../../domain/WorkStanding.ts"
import { saidIn } from "../../../rules/verdicts/fromGitHub/ownWords.ts"
import type { GitHistory } from "../../git/history/GitHistory.ts"
import { contained } from "../../machine/effects/contained.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import * as queries from "./queries.ts"
import { readStanding } from "./readStanding.ts"

/** The most pages, each of 50 pull requests. */
const PAGES = 20

export interface LandedOptions {
  /** GitHub's ids of the accounts whose work counts. */
  readonly accounts: ReadonlyArray<number | null>
  /** Earlier merges do not count, in milliseconds since 1970. */
  readonly since: number
}

type Repository = NonNullable<(typeof queries.MergedAnswer.Type)["repository"]>

/** The merges of the accounts' pull requests whose own words name the issue's number. */
const readMerged = (rest: Rest, ref: IssueRef, { accounts, since }: LandedOptions) =>
  Effect.gen(function* () {
    const { owner, repo: name } = ref.ownerAndName
    const operation = `read what was merged for ${ref}`
    let after: string | null = null
    let found: { readonly repository: Repository; readonly merged: Repository["pullRequests"]["nodes"] } | undefined
    for (let page = 0; page < PAGES; page++) {
      const variables: Readonly<Record<string, unknown>> = { owner, name, after }
      const { repository }: typeof queries.MergedAnswer.Type = yield* rest.graphql(
        operation,
        queries.MERGED_QUERY,
        variables,
        queries.MergedAnswer
      )
      if (repository === null) return undefined
      const { nodes, pageInfo } = repository.pullRequests
      const issue = { number: ref.number, repository: repository.nameWithOwner, url: repository.url }
      const theirs = shownEntries(nodes).filter(
        ({ author, body, commits, mergedAt, title }) =>
          mergedAt !== null &&
          mergedAt >= since &&
          author?.databaseId != null &&
          accounts.includes(author.databaseId) &&
          [title, body, ...shownEntries(commits.nodes).map(({ commit }) => commit.message)].some(
            (text) => saidIn(text, issue) !== undefined
          )
      )
      found = { repository, merged: [...(found?.merged ?? []), ...theirs] }
      const isPast = shownEntries(nodes).some(({ updatedAt }) => updatedAt < since)
      if (isPast || !pageInfo.hasNextPage) return found
      after = pageInfo.endCursor
    }
    return yield* new GitHubUnavailable({ operation, why: `more than ${PAGES * 50} pull requests were merged or changed since` })
  })

/** Whether one of the accounts' merged pull requests names the issue, and was not taken back. */
export const readLandedFor = Effect.fn("GitHub.landedFor")(function* (
  rest: Rest,
  record: GitHistory["Type"],
  ref: IssueRef,
  options: LandedOptions
) {
  const found = yield* readMerged(rest, ref, options)
  if (found === undefined) return false
  const { databaseId: id, defaultBranchRef, nameWithOwner: repository, url } = found.repository
  const branch = defaultBranchRef?.name ?? ""
  const place = { rest, record, repository, recorded: { name: repository, branch, id, url: `${url}.git` }, branch }
  for (const { baseRefName, mergeCommit, number } of shownEntries(found.merged)) {
    if (baseRefName !== branch || mergeCommit === null) return true
    const standing = yield* contained(
      "pull request",
      `${repository}#${number}`,
      readStanding(place, defaultBranchRef?.target?.oid, { number, mergeCommit: mergeCommit.oid }),
      (why): Effect.Effect<WorkStanding> => Effect.succeed({ _tag: "Unknown", why })
    )
    if (standing._tag !== "TakenBack") return true
  }
  return false
})
