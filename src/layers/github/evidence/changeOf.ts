/**
 * What commits changed: by git where its record can be had, which knows all files and costs nothing of GitHub's limits, otherwise by GitHub's REST, one request for
 * each. REST's answers have ETags, so asking again costs nothing of the limit.
 */
import { Effect, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { GitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import type { RecordedFile } from "../../git/record/recordTask.ts"
import { nextPageIn } from "../client/answers.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { type Change, type FileChange, linesOfPatch, signedLine } from "./change.ts"

export interface Asked {
  readonly commit: string
  /** An older commit. Default: the first parent. */
  readonly since?: string
}

/** What the branch gained with commits, in the order of the questions. Undefined: whoever answers does not know the commit, or not all of its files. */
export type ChangesOf = (asked: ReadonlyArray<Asked>) => Effect.Effect<ReadonlyArray<Change | undefined>, GitHubUnavailable>

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
type File = typeof File.Type

const Files = Schema.Struct({ files: Schema.optional(Schema.Array(File)) })

/** GitHub lists 300 files of a comparison, and of a commit as many to a page, at most 3,000 (https://docs.github.com/en/rest/commits/commits#get-a-commit). */
const FILES_COMPARED = 300
const FILE_PAGES = 10

export const fileChangeOf = ({ additions, deletions, filename, patch, previous_filename, sha, status }: File): FileChange => ({
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

/** Requests to GitHub at the same time. */
const AT_ONCE = 4

export const changesByRest = (rest: Rest, repository: RepositoryName): ChangesOf => {
  const place = splitRepository(repository)
  const one = ({ commit, since }: Asked) =>
    Effect.gen(function* () {
      const operation = `read what ${commit} changed in ${repository}`
      const question =
        since === undefined
          ? { operation, route: "GET /repos/{owner}/{repo}/commits/{ref}", parameters: { ...place, ref: commit } }
          : { operation, route: "GET /repos/{owner}/{repo}/compare/{basehead}", parameters: { ...place, basehead: `${since}...${commit}` } }
      const files: Array<FileChange> = []
      let page: Readonly<Record<string, string>> | undefined = {}
      for (let pages = 0; page !== undefined; pages++) {
        const answer: { readonly status: number; readonly data: unknown; readonly headers: { readonly link?: string } } = yield* rest.ask({
          ...question,
          parameters: { ...question.parameters, ...page }
        })
        if (answer.status !== 200 || pages >= FILE_PAGES) return undefined
        const { files: listed } = yield* rest.understand(operation, Files, answer.data)
        if (listed === undefined || (since !== undefined && listed.length >= FILES_COMPARED)) return undefined
        files.push(...listed.map(fileChangeOf))
        page = since === undefined ? nextPageIn(answer.headers.link) : undefined
      }
      return files
    })
  return (asked) => Effect.forEach(asked, one, { concurrency: AT_ONCE })
}

const countOf = (lines: RecordedFile["lines"], sign: string): number => lines?.filter((line) => line.startsWith(sign)).length ?? 0

const recordedFile = ({ before, after, blobs, lines }: RecordedFile): FileChange => ({
  before,
  after,
  lines: lines === null ? undefined : lines.flatMap(signedLine),
  additions: countOf(lines, "+"),
  deletions: countOf(lines, "-"),
  blobs
})

/** Asks git, and for what it does not know `otherwise`. */
export const changesByGit =
  (record: GitRecord["Type"], repository: RecordedRepository, otherwise: ChangesOf): ChangesOf =>
  (asked) =>
    Effect.gen(function* () {
      const answered = yield* record.ask(repository, { changes: asked }).pipe(
        Effect.map(({ changes }) => changes.map((change) => change?.files.map(recordedFile))),
        Effect.catchTag("NoGitRecord", ({ message }) =>
          Effect.as(
            Effect.logDebug(message),
            asked.map(() => undefined)
          )
        )
      )
      const unknown = asked.filter((_, index) => answered[index] === undefined)
      if (unknown.length === 0) return answered
      const others = yield* otherwise(unknown)
      const places = new Map(unknown.map((one, index) => [one, others[index]]))
      return asked.map((one, index) => answered[index] ?? places.get(one))
    })

/** Asks about a single commit once. */
export const remembering = (changesOf: ChangesOf): Effect.Effect<ChangesOf> =>
  Effect.sync(() => {
    const known = new Map<string, ReadonlyArray<Change | undefined>>()
    return (asked) => {
      const [one] = asked
      if (one === undefined || asked.length > 1) return changesOf(asked)
      const key = `${one.commit} ${one.since ?? ""}`
      const before = known.get(key)
      return before === undefined
        ? Effect.tap(changesOf(asked), (found) => Effect.sync(() => known.set(key, found)))
        : Effect.succeed(before)
    }
  })
