/** Reads a pull request's own commits, as GitHub lists them: one request per hundred. */
import { Effect, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { readList, slimmed } from "../client/pages.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"

const Person = Schema.NullOr(Schema.Struct({ email: Schema.String, date: Schema.String }))

/** `author`: the account that has the email now. Another owner of the address may claim it later (docs/world.md). */
export const OwnCommit = Schema.Struct({
  sha: Schema.String,
  commit: Schema.Struct({ message: Schema.String, author: Person }),
  author: Schema.optional(Schema.NullOr(Schema.Struct({ id: Schema.optional(Schema.Int) }))),
  parents: Schema.optional(Schema.Array(Schema.Struct({ sha: Schema.String })))
})
export type OwnCommit = typeof OwnCommit.Type

const Page = Schema.Array(OwnCommit)

/** GitHub lists at most this many of a pull request's commits (https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request). */
const MOST_COMMITS = 250

export interface OwnCommits {
  /** Oldest first. */
  readonly commits: ReadonlyArray<OwnCommit>
  readonly isAll: boolean
}

/** Undefined: GitHub does not know the pull request. */
export const readOwnCommits = (
  rest: Rest,
  repository: RepositoryName,
  number: number
): Effect.Effect<OwnCommits | undefined, GitHubUnavailable> =>
  Effect.map(
    readList(rest, {
      question: {
        operation: `read the commits of ${repository}#${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{number}/commits",
        parameters: { ...splitRepository(repository), number },
        slim: slimmed(Page),
        mayFailAlone: true
      },
      page: Page,
      nameOf: ({ sha }) => sha
    }),
    (commits) => (commits === null ? undefined : { commits, isAll: commits.length < MOST_COMMITS })
  )
