/** Reads the authors of a repository's newest issues and commits. */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { Account, type Rest } from "../client/rest.ts"

/** How many of each are read. */
const ITEMS_READ = 30

const Issues = Schema.Array(Schema.Struct({ user: Schema.NullOr(Account), pull_request: Schema.optional(Schema.Unknown) }))
const Commits = Schema.Array(Schema.Struct({ author: Schema.NullOr(Account) }))

/** Takes two requests. A list that GitHub does not show counts as empty. */
export const readAuthors = Effect.fn("GitHub.readAuthors")(function* (rest: Rest, repository: RepositoryName) {
  const parameters = { ...splitRepository(repository), per_page: ITEMS_READ }
  const issues = yield* rest.optional(
    {
      operation: `list the newest issues of ${repository}`,
      route: "GET /repos/{owner}/{repo}/issues",
      parameters: { ...parameters, state: "all" }
    },
    Issues
  )
  const commits = yield* rest.optional(
    { operation: `list the newest commits of ${repository}`, route: "GET /repos/{owner}/{repo}/commits", parameters },
    Commits
  )
  return {
    issueAuthors: Option.getOrElse(issues, () => []).flatMap(({ pull_request, user }) =>
      pull_request === undefined ? [user?.id ?? null] : []
    ),
    commitAuthors: Option.getOrElse(commits, () => []).map(({ author }) => author?.id ?? null)
  }
})
