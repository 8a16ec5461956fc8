/**
 * Proves that a commit carries a pull request that was closed without being merged, as merge bots land them. GitHub names the commit as what closed the
 * issue, and nothing says whose work it is but the commit itself. It is proved if the commit's author is the pull request's, and either
 * - all of the pull request's commits are in the commit's history, or
 * - the commit changes the same files in the same way: each has the same patch, whatever its line numbers, or the same content.
 * The author alone proves nothing, because people land small fixes of their own, and the same patch alone neither, because anybody can copy one.
 */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Rest } from "../client/rest.ts"

const File = Schema.Struct({
  filename: Schema.String,
  previous_filename: Schema.optional(Schema.String),
  status: Schema.String,
  /** The blob's hash. */
  sha: Schema.NullOr(Schema.String),
  /** Missing for binary and very large files. */
  patch: Schema.optional(Schema.String)
})
export type File = typeof File.Type

const PullRequest = Schema.Struct({ head: Schema.Struct({ sha: Schema.String }), commits: Schema.Int, changed_files: Schema.Int })
const Commit = Schema.Struct({
  author: Schema.NullOr(Schema.Struct({ id: Schema.optional(Schema.Int) })),
  files: Schema.optionalWith(Schema.Array(File), { default: () => [] })
})
const Comparison = Schema.Struct({ status: Schema.String })

/** The most files to compare: one page of each list. */
const MOST_FILES = 100

/** What a file's change consists of, without the places at which its hunks begin. */
const changeOf = ({ filename, patch, previous_filename, sha, status }: File): string =>
  JSON.stringify([filename, previous_filename ?? null, status, patch === undefined ? sha : patch.replaceAll(/^@@ .*$/gm, "@@")])

/** Whether two lists of changed files are the same change. Nothing is no change. */
export const isSameChange = (left: ReadonlyArray<File>, right: ReadonlyArray<File>): boolean => {
  const [one, other] = [left, right].map((files) => files.map(changeOf).toSorted())
  return left.length > 0 && JSON.stringify(one) === JSON.stringify(other)
}

export interface Landing {
  readonly repository: RepositoryName
  readonly commit: string
  readonly pullRequest: { readonly number: number; readonly authorId: number | null }
}

/** By what it is proved that the commit carries the pull request; undefined if it is not. */
export const landedBy = Effect.fn("GitHub.landedBy")(function* (rest: Rest, { commit, pullRequest, repository }: Landing) {
  const { authorId, number } = pullRequest
  const place = splitRepository(repository)
  const operation = `compare ${repository}#${number} with commit ${commit}`
  /** None where GitHub does not know the commit or the pull request, or cannot compare them. */
  const read = <A, I>(route: string, parameters: Readonly<Record<string, unknown>>, schema: Schema.Schema<A, I>) =>
    Effect.flatMap(rest.ask({ operation, route, parameters: { ...place, ...parameters } }), ({ status, data }) =>
      status === 200 ? Effect.asSome(rest.understand(operation, schema, data)) : Effect.succeedNone
    )
  const landing = Option.getOrUndefined(
    yield* read("GET /repos/{owner}/{repo}/commits/{ref}", { ref: commit, per_page: MOST_FILES }, Commit)
  )
  if (landing === undefined || authorId === null || landing.author?.id !== authorId) return undefined
  const found = Option.getOrUndefined(yield* read("GET /repos/{owner}/{repo}/pulls/{number}", { number }, PullRequest))
  if (found === undefined || found.commits === 0) return undefined
  const basehead = `${commit}...${found.head.sha}`
  const comparison = Option.getOrUndefined(
    yield* read("GET /repos/{owner}/{repo}/compare/{basehead}", { basehead, per_page: 1 }, Comparison)
  )
  if (comparison?.status === "behind" || comparison?.status === "identical") return "commits" as const
  if (found.changed_files >= MOST_FILES || landing.files.length >= MOST_FILES) return undefined
  const files = yield* read("GET /repos/{owner}/{repo}/pulls/{number}/files", { number, per_page: MOST_FILES }, Schema.Array(File))
  return Option.isSome(files) && isSameChange(files.value, landing.files) ? ("patch" as const) : undefined
})
