/** What commits changed: by git where its record can be had, otherwise as GitHub's REST lists their files. Its answers have ETags, so asking again costs nothing of the limit. */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { RecordedFile } from "../../git/record/recordTask.ts"
import { nextPageIn } from "../client/answers.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { type Change, type FileChange, linesOfPatch, signedLine } from "./change.ts"
import { askGit, type NamedBranch } from "./defaultBranch.ts"

/** A changed file as REST lists it. */
export const File = Schema.Struct({
  filename: Schema.String,
  previous_filename: Schema.optional(Schema.String),
  status: Schema.String,
  additions: Schema.Int,
  deletions: Schema.Int,
  /** The hash of its contents; where it is removed, of those before. */
  sha: Schema.NullOr(Schema.String),
  /** Missing for binary and very large files, and where only the name or the mode changed. */
  patch: Schema.optional(Schema.String)
})
export type ListedFile = typeof File.Type

const Files = Schema.Struct({
  files: Schema.optional(Schema.Array(File)),
  parents: Schema.optional(Schema.Array(Schema.Struct({ sha: Schema.String })))
})

/** GitHub lists 300 files of a comparison, and of a commit as many to a page, at most 3,000 (https://docs.github.com/en/rest/commits/commits#get-a-commit). */
const FILES_COMPARED = 300
const FILE_PAGES = 10

export const fileChangeOf = ({ additions, deletions, filename, patch, previous_filename, sha, status }: ListedFile): FileChange => ({
  before: status === "added" || status === "copied" ? null : (previous_filename ?? filename),
  after: status === "removed" ? null : filename,
  lines: patch !== undefined ? linesOfPatch(patch) : status === "renamed" && additions + deletions === 0 ? [] : undefined,
  additions,
  deletions,
  blobs:
    status === "removed"
      ? { ...(sha === null ? {} : { before: sha }), after: null }
      : { ...(status === "added" ? { before: null } : {}), ...(sha === null ? {} : { after: sha }) }
})

/**
 * What a branch gained with a commit, since an older one or else since the first parent. Undefined: GitHub does not know the commit, or does not list all of its files.
 */
export const filesOf = (rest: Rest, repository: RepositoryName, { commit, since }: { readonly commit: string; readonly since?: string }) =>
  Effect.gen(function* () {
    const place = splitRepository(repository)
    const operation = `read what ${commit} changed in ${repository}`
    const question =
      since === undefined
        ? { operation, route: "GET /repos/{owner}/{repo}/commits/{ref}", parameters: { ...place, ref: commit } }
        : { operation, route: "GET /repos/{owner}/{repo}/compare/{basehead}", parameters: { ...place, basehead: `${since}...${commit}` } }
    const files: Array<ListedFile> = []
    let parent: string | undefined
    let page: Readonly<Record<string, string>> | undefined = {}
    for (let pages = 0; page !== undefined; pages++) {
      const answer: { readonly status: number; readonly data: unknown; readonly headers: { readonly link?: string } } = yield* rest.ask({
        ...question,
        parameters: { ...question.parameters, ...page }
      })
      if (answer.status !== 200 || pages >= FILE_PAGES) return undefined
      const { files: listed, parents } = yield* rest.understand(operation, Files, answer.data)
      if (listed === undefined || (since !== undefined && listed.length >= FILES_COMPARED)) return undefined
      files.push(...listed)
      parent ??= parents?.[0]?.sha
      page = since === undefined ? nextPageIn(answer.headers.link) : undefined
    }
    return { files, parent }
  })

const countOf = (lines: RecordedFile["lines"], sign: string): number => lines?.filter((line) => line.startsWith(sign)).length ?? 0

const recordedFile = ({ before, after, blobs, lines }: RecordedFile): FileChange => ({
  before,
  after,
  lines: lines === null ? undefined : lines.flatMap(signedLine),
  additions: countOf(lines, "+"),
  deletions: countOf(lines, "-"),
  blobs
})

/** Requests to GitHub at the same time. */
const AT_ONCE = 4

/** What commits changed against their first parents, in their order. Undefined: whoever answers does not know the commit, or not all of its files. */
export const changesOf = (
  place: NamedBranch,
  commits: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Change | undefined>, GitHubUnavailable> =>
  commits.length === 0
    ? Effect.succeed([])
    : Effect.flatMap(askGit(place, { changes: commits.map((commit) => ({ commit })) }), (answer) => {
        const known = Option.getOrUndefined(answer)?.changes
        return Effect.forEach(
          commits,
          (commit, index) => {
            const files = known?.[index]?.files.map(recordedFile)
            return files !== undefined
              ? Effect.succeed(files)
              : Effect.map(filesOf(place.rest, place.repository, { commit }), (found) => found?.files.map(fileChangeOf))
          },
          { concurrency: AT_ONCE }
        )
      })
