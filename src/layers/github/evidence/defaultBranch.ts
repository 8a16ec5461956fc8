/** Reads a default branch: by git where a clone can be had, otherwise by GitHub's API. */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { GitHistory, RecordedRepository } from "../../git/history/GitHistory.ts"
import type { RecordQuestion } from "../../git/history/historyTask.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import * as queries from "./queries.ts"

/** A default branch by its name, and its repository for git. */
export interface NamedBranch {
  readonly rest: Rest
  readonly record: GitHistory["Type"]
  readonly repository: RepositoryName
  readonly recorded: RecordedRepository
  readonly branch: string
}

/** Times in milliseconds since 1970, both included. */
export interface Times {
  readonly since: number
  readonly until: number
}

/** Git's answer; none where no clone can be had. */
export const askGit = ({ record, recorded }: NamedBranch, question: Partial<RecordQuestion>) =>
  record.ask(recorded, question).pipe(
    Effect.asSome,
    Effect.catchTag("NoGitRecord", ({ message }) => Effect.as(Effect.logDebug(message), Option.none()))
  )

/** Whether the branch contains a commit, by GitHub's API; undefined: GitHub does not say. */
export const comparesAsContained = (rest: Rest, { branch, repository }: Pick<NamedBranch, "branch" | "repository">, oid: string) =>
  Effect.map(
    rest.optional(
      {
        operation: `find out whether the default branch of ${repository} has ${oid}`,
        route: "GET /repos/{owner}/{repo}/compare/{basehead}",
        parameters: { ...splitRepository(repository), basehead: `${branch}...${oid}`, per_page: 1 }
      },
      Schema.Struct({ status: Schema.String })
    ),
    (compared) => Option.getOrUndefined(Option.map(compared, ({ status }) => status === "behind" || status === "identical"))
  )

/** Whether the branch contains a commit; undefined: GitHub does not say. */
export const containsCommit = Effect.fn("GitHub.containsCommit")(function* (place: NamedBranch, oid: string) {
  const arrival = Option.getOrUndefined(yield* askGit(place, { arrivals: [oid] }))?.arrivals[0]
  // Git's server may lag behind the one that showed the commit, so a negative answer goes on to the API.
  if (arrival !== undefined && arrival.by !== null) return true
  return yield* comparesAsContained(place.rest, place, oid)
})

/** Whether the branch has a commit with a committer date in this interval. */
export const hasBetween = (place: NamedBranch, times: Times): Effect.Effect<boolean, GitHubUnavailable> =>
  Effect.flatMap(askGit(place, { between: [times] }), (answer) => {
    const has = Option.getOrUndefined(answer)?.between[0]
    if (has !== undefined) return Effect.succeed(has)
    const { owner, repo: name } = splitRepository(place.repository)
    const [since, until] = [times.since, times.until].map((time) => new Date(time).toISOString())
    return Effect.map(
      place.rest.graphql(
        `read the history of ${place.repository}`,
        queries.ARRIVALS_QUERY,
        { owner, name, since, until },
        queries.ArrivalsAnswer
      ),
      ({ repository }) => (repository?.defaultBranchRef?.target?.history.nodes.length ?? 0) > 0
    )
  })
