/**
 * Proves that a commit carries a pull request that was closed without being merged, as merge bots land them. GitHub names the commit as what closed the
 * issue, and nothing says whose work it is but the commit itself. It is proved if the commit's author is the pull request's, by account and by the email in the commit,
 * which an account may claim only afterwards, and either
 * - all of the pull request's commits are in the commit's history, or
 * - the commit changes the same files in the same way: each has the same patch, whatever its line numbers, or the same content.
 * The author alone proves nothing, because people land small fixes of their own, and the same patch alone neither, because anybody can copy one.
 */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { GitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import type { Rest } from "../client/rest.ts"
import { type OwnCommit, readOwnCommits } from "./ownCommits.ts"

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
  commit: Schema.optional(Schema.Struct({ author: Schema.NullOr(Schema.Struct({ email: Schema.String })) })),
  author: Schema.NullOr(Schema.Struct({ id: Schema.optional(Schema.Int) })),
  files: Schema.optionalWith(Schema.Array(File), { default: () => [] })
})
const Comparison = Schema.Struct({ status: Schema.String })

/** The most files to compare: one page of each list. */
const MOST_FILES = 100

/** The account that GitHub takes for a commit's author; undefined if it names none. */
export const authorOf = (rest: Rest, repository: RepositoryName, commit: string) =>
  Effect.map(
    rest.ask({
      operation: `read commit ${commit} of ${repository}`,
      route: "GET /repos/{owner}/{repo}/commits/{ref}",
      parameters: { ...splitRepository(repository), ref: commit, per_page: MOST_FILES }
    }),
    ({ data, status }) => (status === 200 ? Option.getOrUndefined(Schema.decodeUnknownOption(Commit)(data))?.author?.id : undefined)
  )

/** Whether the email in a commit is the account's own, or that of the pull request's commits. GitHub gives each account an address that nobody else can claim. */
const isEmailOf = (email: string | undefined, authorId: number, own: ReadonlyArray<OwnCommit>): boolean =>
  email !== undefined &&
  ((email.startsWith(`${authorId}+`) && email.endsWith("@users.noreply.github.com")) ||
    own.some(({ commit }) => commit.author?.email === email))

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

type Proof = "commits" | "patch"

/** Which pull requests a commit carries by what git knows, and by what it is proved. None where git's record cannot be had. */
export const landedByGit = Effect.fn("GitHub.landedByGit")(function* (
  record: GitRecord["Type"],
  repository: RecordedRepository,
  commit: string,
  numbers: ReadonlyArray<number>
) {
  const proofs = new Map<number, Proof>()
  if (numbers.length === 0) return proofs
  const { landings } = yield* record
    .ask(repository, { pullRequests: numbers, landings: numbers.map((pullRequest) => ({ commit, pullRequest })) })
    .pipe(Effect.catchTag("NoGitRecord", ({ message }) => Effect.as(Effect.logDebug(message), { landings: [] })))
  for (const [index, number] of numbers.entries()) {
    const proof = landings[index]
    if (proof !== undefined && proof !== null) proofs.set(number, proof)
  }
  return proofs
})

/** By what it is proved that the commit carries the pull request; undefined if it is not. `byGit`: what git knows of it. */
export const landedBy = Effect.fn("GitHub.landedBy")(function* (
  rest: Rest,
  { commit, pullRequest, repository }: Landing,
  byGit: Proof | undefined
) {
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
  const own = yield* readOwnCommits(rest, repository, number)
  if (!isEmailOf(landing.commit?.author?.email, authorId, own?.commits ?? [])) return undefined
  if (byGit !== undefined) return byGit
  const basehead = `${commit}...${found.head.sha}`
  const comparison = Option.getOrUndefined(
    yield* read("GET /repos/{owner}/{repo}/compare/{basehead}", { basehead, per_page: 1 }, Comparison)
  )
  if (comparison?.status === "behind" || comparison?.status === "identical") return "commits" as const
  if (found.changed_files >= MOST_FILES || landing.files.length >= MOST_FILES) return undefined
  const files = yield* read("GET /repos/{owner}/{repo}/pulls/{number}/files", { number, per_page: MOST_FILES }, Schema.Array(File))
  return Option.isSome(files) && isSameChange(files.value, landing.files) ? ("patch" as const) : undefined
})

/**
 * Whether a merged pull request, such as a rollup, brought all commits of another one, which are all by that one's author, or the commit by which that one was
 * merged into another branch. Undefined: that is not known. One request for each of the two.
 */
export const carries = Effect.fn("GitHub.carries")(function* (
  rest: Rest,
  repository: RepositoryName,
  carrier: number,
  { authorId, mergeCommit, number }: Landing["pullRequest"] & { readonly mergeCommit: string | null }
) {
  const [own, brought] = [yield* readOwnCommits(rest, repository, number), yield* readOwnCommits(rest, repository, carrier)]
  if (own === undefined || brought === undefined || own.commits.length === 0) return undefined
  const all = new Set(brought.commits.map(({ sha }) => sha))
  if (mergeCommit !== null && all.has(mergeCommit)) return true
  const [isAll, isAny] = [own.isAll && own.commits.every(({ sha }) => all.has(sha)), own.commits.some(({ sha }) => all.has(sha))]
  if (!isAny) return brought.isAll ? false : undefined
  return isAll && authorId !== null && own.commits.every(({ author }) => author?.id === authorId) ? true : undefined
})
