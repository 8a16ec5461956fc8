/**
 * Reads whether a merge stands: from git, or from GitHub where no clone can be had. GitHub takes one request for the pull request's own commits, one
 * each for the landed diff and the diff since, and, if landed files changed again, one per forty texts of these files in the three trees.
 */
import { Array as Arrays, Effect, Option, Schema } from "effect"
import { splitRepository } from "../../../domain/IssueRef.ts"
import { headOfMessage, ownPart, rebasedOn } from "../../../rules/github/landedAs.ts"
import { type FileThen, standingOf } from "../../../rules/github/standing.ts"
import { expressionsOf, isTooWide, pathsInTrees, standingByLists, TOO_MANY, unknown } from "../../../rules/github/standingByLists.ts"
import { MAXIMUM_BYTES } from "../../git/changedFiles.ts"
import { type Blob, readBlobs, readWholeBlob } from "../client/blobs.ts"
import { readList, slimmed } from "../client/pages.ts"
import { askGit, type NamedBranch } from "./defaultBranch.ts"
import { OwnCommit, readOwnCommits } from "./ownCommits.ts"
import { filesOf } from "./readChanges.ts"

/** Texts per query. */
const TEXTS_PER_QUERY = 40
/** Pages of commits before a merge: GitHub lists at most 250 of a pull request. */
const PAGES = 3

export interface Merge {
  readonly number: number
  readonly mergeCommit: string
  /** The pull request's own newest commit. */
  readonly head?: string | undefined
  /** The heads of other pull requests with the same merge commit: a stack, whose parts are measured as they were before. */
  readonly together?: ReadonlyArray<string>
}

/** The parent of the pull request's first landed commit; undefined: the merge commit's first parent; null: not known. */
const beforeWork = Effect.fn("GitHub.beforeWork")(function* (
  { repository, rest }: NamedBranch,
  mergeCommit: string,
  own: ReadonlyArray<string> | null
) {
  if (own?.length === 1) return undefined
  const page = Schema.Array(OwnCommit)
  const found = yield* readList(rest, {
    question: {
      operation: `read the commits up to ${mergeCommit} of ${repository}`,
      route: "GET /repos/{owner}/{repo}/commits",
      parameters: { ...splitRepository(repository), sha: mergeCommit },
      slim: slimmed(page),
      mayFailAlone: true
    },
    page,
    nameOf: ({ sha }) => sha,
    most: Math.min(PAGES, Math.ceil((own?.length ?? 1) / 100))
  })
  const history = (found ?? []).map(({ commit, parents = [], sha }) => ({
    commit: sha,
    message: commit.message,
    parents: parents.map((parent) => parent.sha)
  }))
  return rebasedOn(history, mergeCommit, own ?? undefined)
})

/** The file at a path, from GitHub's blob; null: there is none. */
const fileOf = ({ repository, rest }: NamedBranch, path: string, blob: Blob) =>
  Effect.gen(function* () {
    if (blob === null) return null
    const file: FileThen = { path, object: blob.__typename === "Blob" ? blob.oid : blob.__typename, text: null }
    if (blob.__typename !== "Blob" || blob.isBinary === true || blob.byteSize > MAXIMUM_BYTES) return file
    if (!blob.isTruncated) return { ...file, text: blob.text }
    const whole = Option.getOrUndefined(yield* readWholeBlob(rest, repository, blob.oid))
    return { ...file, text: whole === undefined ? null : Buffer.from(whole.content, "base64").toString("utf8") }
  })

/** Files at expressions `commit:path`. */
const readFiles = (place: NamedBranch, expressions: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const files = new Map<string, FileThen | null>()
    for (const batch of Arrays.chunksOf(expressions, TEXTS_PER_QUERY))
      for (let left: ReadonlyArray<string> = batch; left.length > 0; ) {
        const { blobs } = yield* readBlobs(place.rest, place.repository, left)
        for (const [index, blob] of blobs.entries()) {
          const expression = left[index] ?? ""
          files.set(expression, yield* fileOf(place, expression.slice(expression.indexOf(":") + 1), blob))
        }
        left = left.slice(blobs.length)
      }
    return files
  })

const byApi = Effect.fn("GitHub.standingByApi")(function* (
  place: NamedBranch,
  head: string | undefined,
  mergeCommit: string,
  { own, since: known }: { readonly own: ReadonlyArray<string> | null; readonly since?: string }
) {
  if (head === undefined) return unknown("GitHub does not show the default branch")
  const since = known ?? (yield* beforeWork(place, mergeCommit, own))
  if (since === null) return unknown("it is not known as which commits it landed")
  const landed = yield* filesOf(place.rest, place.repository, { commit: mergeCommit, ...(since === undefined ? {} : { since }) })
  if (landed === undefined) return unknown("GitHub does not show what was merged")
  if (isTooWide(landed.files)) return TOO_MANY
  const later = yield* filesOf(place.rest, place.repository, { commit: head, since: mergeCommit })
  const paths = pathsInTrees(landed.files, later?.files ?? [])
  const trees = { before: since ?? landed.parent, merge: mergeCommit, head }
  return standingByLists(later?.files, paths, trees, yield* readFiles(place, expressionsOf(paths, trees)))
})

/** Whether a merge stands at the default branch's head. `head`: the branch's newest commit, as GitHub shows it. */
export const readStanding = Effect.fn("GitHub.readStanding")(function* (
  place: NamedBranch,
  head: string | undefined,
  { head: ownHead, mergeCommit, number, together = [] }: Merge
) {
  if (mergeCommit === head) return standingOf([])
  const found = yield* readOwnCommits(place.rest, place.repository, number)
  const part = together.length === 0 ? undefined : ownPart(found?.isAll === true ? found.commits : [], together)
  if (part === undefined && together.length > 0) return unknown("GitHub does not tell its part of a merge of several pull requests")
  const own = found?.isAll === true ? found.commits.map(({ commit }) => headOfMessage(commit.message)) : null
  const asked = part ?? { commit: mergeCommit, ...(ownHead === undefined ? {} : { head: ownHead }) }
  const answer = Option.getOrUndefined(yield* askGit(place, { standings: [{ ...asked, own }] }))
  return answer?.standings[0] ?? (yield* byApi(place, head, asked.commit, { own, ...(part === undefined ? {} : { since: part.since }) }))
})
