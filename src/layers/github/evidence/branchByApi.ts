/** What a default branch has, by GitHub's API: where git's record of it cannot be had. */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { type HistoryCommit, isComplete } from "./graph.ts"
import * as queries from "./queries.ts"
import type { BranchSource, Merge, Touching } from "./readReverts.ts"
import { namesIn, together } from "./revertWords.ts"

/** The most pages of 100 commits to search for a merge and what came after it. */
const HISTORY_PAGES = 100
/** The most pages of 50 commits that touch a file. */
const TOUCHING_PAGES = 4
const DAY = 86_400_000

/** A default branch by its name. */
export interface NamedBranch {
  readonly rest: Rest
  readonly repository: RepositoryName
  readonly branch: string
}

/** The pages of the branch's history by one of the queries. */
const historyPage = <A, I>(
  { repository, rest }: NamedBranch,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  schema: Schema.Schema<A, I>
) => {
  const { owner, repo: name } = splitRepository(repository)
  return rest.graphql(`read the history of ${repository}`, query, { ...variables, owner, name }, schema)
}

/** Whether the branch contains a commit, by GitHub's comparison; undefined if it does not say. */
export const containsCommit = ({ branch, repository, rest }: NamedBranch, oid: string) =>
  Effect.map(
    rest.optional(
      {
        operation: `find out whether the default branch of ${repository} has ${oid}`,
        route: "GET /repos/{owner}/{repo}/compare/{basehead}",
        parameters: { ...splitRepository(repository), basehead: `${branch}...${oid}`, per_page: 1 }
      },
      Schema.Struct({ status: Schema.String })
    ),
    Option.match({ onNone: () => undefined, onSome: ({ status }) => status === "behind" || status === "identical" })
  )

const historyBackTo = Effect.fn("GitHub.historyBackTo")(function* (place: NamedBranch, merges: ReadonlyArray<Merge>) {
  const history: Array<HistoryCommit> = []
  const oldest = Math.min(...merges.map(({ mergedAt }) => mergedAt)) - DAY
  let wanted = merges.map(({ mergeCommit }) => mergeCommit)
  let isSure = false
  // A rebase put further commits below a merge: a page more has them.
  let isLast = false
  let after: string | null = null
  for (let page = 0; page < HISTORY_PAGES; page++) {
    const variables: Readonly<Record<string, unknown>> = { since: new Date(0).toISOString(), after }
    const answer: typeof queries.HistoryAnswer.Type = yield* historyPage(place, queries.HISTORY, variables, queries.HistoryAnswer)
    if (answer.repository === null)
      return yield* new GitHubUnavailable({
        operation: `read the history of ${place.repository}`,
        why: "the repository disappeared meanwhile",
        ill: true
      })
    const found = answer.repository.defaultBranchRef?.target?.history
    // The repository has no default branch, or an empty one.
    if (found === undefined) return { history, isWhole: true }
    history.push(
      ...found.nodes.map(({ oid, message, committedDate, parents }) => ({
        oid,
        message,
        at: committedDate,
        parents: parents?.nodes.map((one) => one.oid)
      }))
    )
    if (!found.pageInfo.hasNextPage || isLast) return { history, isWhole: true }
    isLast = isComplete(history, wanted)
    if (!isLast && !isSure && (history.at(-1)?.at ?? 0) < oldest) {
      // Another branch may have become the default one, which never got the merge.
      isSure = true
      const known = new Set(history.map(({ oid }) => oid))
      wanted = yield* Effect.filter(wanted, (oid) =>
        known.has(oid) ? Effect.succeed(true) : Effect.map(containsCommit(place, oid), (has) => has !== false)
      )
      isLast = isComplete(history, wanted)
    }
    after = found.pageInfo.endCursor
  }
  return { history, isWhole: false }
})

type PullRequests = ReadonlyArray<(typeof queries.SaidAbout.Type)["nodes"][number]>

/** What the pull requests that have a commit say, and what they are called. */
export const saidIn = (nodes: PullRequests): Pick<Touching, "names" | "says"> => {
  const pullRequests = nodes.flatMap((one) => one ?? [])
  return {
    says: together(pullRequests.map(({ body, title }) => namesIn(`${title}\n\n${body}`))),
    names: {
      commits: pullRequests.flatMap(({ mergeCommit }) => mergeCommit?.oid ?? []),
      pullRequests: pullRequests.map(({ number }) => number),
      titles: []
    }
  }
}

const touching = Effect.fn("GitHub.touching")(function* (place: NamedBranch, path: string, later: ReadonlySet<string>) {
  const found = new Map<string, Touching>()
  let after: string | null = null
  for (let page = 0; page < TOUCHING_PAGES; page++) {
    const answer: typeof queries.TouchingAnswer.Type = yield* historyPage(place, queries.TOUCHING, { path, after }, queries.TouchingAnswer)
    const history = answer.repository?.defaultBranchRef?.target?.history
    if (history === undefined) return found
    for (const { oid, additions, deletions, associatedPullRequests } of history.nodes)
      if (later.has(oid)) found.set(oid, { size: { additions, deletions }, ...saidIn(associatedPullRequests.nodes) })
    if (!history.pageInfo.hasNextPage || !history.nodes.some(({ oid }) => later.has(oid))) return found
    after = history.pageInfo.endCursor
  }
  return undefined
})

export const branchByApi = (place: NamedBranch): BranchSource => ({
  backTo: (merges) => historyBackTo(place, merges),
  touching: ({ later, path }) => touching(place, path, later),
  hasBetween: ({ since, until }) =>
    Effect.map(
      historyPage(
        place,
        queries.ARRIVALS,
        { since: new Date(since).toISOString(), until: new Date(until).toISOString() },
        queries.ArrivalsAnswer
      ),
      ({ repository }) => (repository?.defaultBranchRef?.target?.history.nodes.length ?? 0) > 0
    )
})
