/**
 * Which pull requests brought a commit to the default branch. GitHub links a commit to every pull request whose branch *contains* it, also to a later one whose author merged
 * the base branch into it (https://github.com/github/docs/issues/36646, https://github.com/go-gitea/gitea/pull/36617). A pull request brought a commit if
 * - the commit is its merge commit, or
 * - it was merged no later than the commit arrived, and the commit is one of its own: the same one, as after a merge commit or a push, or its copy, as after a
 *   rebase, which keeps author, author's date and message.
 */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Rest } from "../client/rest.ts"
import { OwnCommit, readOwnCommits } from "./ownCommits.ts"

const Comparison = Schema.Struct({ status: Schema.String })

/** How much later than the closing GitHub may say that a pull request was merged that closed it, in milliseconds. */
export const TOGETHER = 60_000

export interface Arrival {
  readonly repository: RepositoryName
  readonly commit: string
  /** Milliseconds since 1970; undefined if GitHub does not say when the commit arrived. */
  readonly at?: number
}

export interface Candidate {
  readonly number: number
  readonly mergedAt: number | null
  readonly mergeCommit: string | null
}

const isCopy = (one: OwnCommit, other: OwnCommit): boolean =>
  one.commit.message === other.commit.message &&
  one.commit.author !== null &&
  one.commit.author.email === other.commit.author?.email &&
  one.commit.author.date === other.commit.author.date

/** Whether a pull request brought a commit; undefined if GitHub does not know what it lists. Fails if GitHub does not answer. */
export const broughtBy = Effect.fn("GitHub.broughtBy")(function* (rest: Rest, { at, commit, repository }: Arrival, pullRequest: Candidate) {
  const { mergeCommit, mergedAt, number } = pullRequest
  if (mergeCommit === commit) return true
  if (mergedAt === null || (at !== undefined && mergedAt > at + TOGETHER)) return false
  const place = splitRepository(repository)
  const operation = `find out whether ${repository}#${number} brought commit ${commit}`
  const own = yield* readOwnCommits(rest, repository, number)
  if (own === undefined) return undefined
  if (own.commits.some(({ sha }) => sha === commit)) return true
  if (!own.isAll || mergeCommit === null) return undefined
  const ask = <A, I>(route: string, parameters: Readonly<Record<string, unknown>>, schema: Schema.Schema<A, I>) =>
    Effect.map(rest.optional({ operation, route, parameters: { ...place, ...parameters, per_page: 1 } }, schema), Option.getOrUndefined)
  const landed = yield* ask("GET /repos/{owner}/{repo}/commits/{ref}", { ref: commit }, OwnCommit)
  if (landed === undefined) return undefined
  if (!own.commits.some((one) => isCopy(one, landed))) return false
  // Anybody can copy a commit. The copies that a rebase makes are below the last one of them.
  const basehead = `${commit}...${mergeCommit}`
  const compared = yield* ask("GET /repos/{owner}/{repo}/compare/{basehead}", { basehead }, Comparison)
  return compared === undefined ? undefined : compared.status === "ahead"
})
