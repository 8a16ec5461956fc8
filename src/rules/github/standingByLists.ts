/**
 * Whether merged work stands, by GitHub's lists of changed files and their texts in three trees. Used if the repository's git history is unavailable. Pure.
 */
import type { File } from "../../domain/github/IssueAnswers.ts"
import type { WorkStanding } from "../../domain/WorkStanding.ts"
import { type FileThen, pathNow, standingOf } from "./standing.ts"

/** The most files that GitHub is asked for, each in three trees. */
const MOST_TOUCHED = 100

/** The commits of the three trees; `before` is undefined if there was none. */
export interface Trees {
  readonly before: string | undefined
  readonly merge: string
  readonly head: string
}

/** A touched file's path in each of the three trees; null where it is absent. */
interface Paths {
  readonly before: string | null
  readonly after: string | null
  readonly now: string | null
}

export const unknown = (why: string): WorkStanding => ({ _tag: "Unknown", why })

const isGone = ({ status }: File) => status === "removed"
const isNew = ({ status }: File) => status === "added" || status === "copied"
const pathsOf = (file: File) => ({
  before: isNew(file) ? null : (file.previous_filename ?? file.filename),
  after: isGone(file) ? null : file.filename
})

/** Whether GitHub is asked for the files of what landed. */
export const isTooWide = (landed: ReadonlyArray<File>): boolean => landed.length > MOST_TOUCHED

/** The answer for work that touched more files. */
export const TOO_MANY = unknown(`it changed more than ${MOST_TOUCHED} files, and git's record cannot be had`)

/** The touched files' paths in the three trees. `later`: the files changed since. */
export const pathsInTrees = (touched: ReadonlyArray<File>, later: ReadonlyArray<File>): ReadonlyArray<Paths> => {
  const since = {
    gone: new Set(later.flatMap((one) => (isGone(one) ? [one.filename] : (one.previous_filename ?? [])))),
    added: new Set(later.flatMap((one) => (isNew(one) || one.status === "renamed" ? [one.filename] : []))),
    renamed: new Map(
      later.flatMap(({ filename, previous_filename }) => (previous_filename === undefined ? [] : [[previous_filename, filename]]))
    )
  }
  return touched.map((file) => ({ ...pathsOf(file), now: pathNow(pathsOf(file), since) }))
}

const at = (commit: string | undefined, path: string | null) => (commit === undefined || path === null ? undefined : `${commit}:${path}`)

/** The expressions `commit:path` to ask GitHub for. */
export const expressionsOf = (paths: ReadonlyArray<Paths>, { before, head, merge }: Trees): ReadonlyArray<string> => [
  ...new Set(
    paths.flatMap((one) => [at(before, one.before), at(merge, one.after), at(head, one.now)].flatMap((expression) => expression ?? []))
  )
]

/**
 * Whether the work stands. `later`: all files changed since, undefined if GitHub does not list them all;
 * `shown`: the files by `commit:path`.
 */
export const standingByLists = (
  later: ReadonlyArray<File> | undefined,
  paths: ReadonlyArray<Paths>,
  { before, head, merge }: Trees,
  shown: ReadonlyMap<string, FileThen | null>
): WorkStanding => {
  const file = (commit: string | undefined, path: string | null) => shown.get(at(commit, path) ?? "") ?? null
  const files = paths.map((one) => ({ before: file(before, one.before), after: file(merge, one.after), now: file(head, one.now) }))
  const isHidden = files.some(
    (one, index) =>
      (one.before === null && paths[index]?.before !== null && before !== undefined) ||
      (one.after === null && paths[index]?.after !== null) ||
      (one.now === null && paths[index]?.now !== null && later !== undefined)
  )
  if (isHidden) return unknown("GitHub lists a file and does not show it")
  const measured = standingOf(files)
  if (later === undefined)
    return measured._tag === "Stands" && files.every(({ after, now }) => after === null || now !== null)
      ? measured
      : unknown("GitHub does not list all files that have changed since, and git's record cannot be had")
  if (measured._tag !== "TakenBack") return measured
  const theirs = new Set(paths.flatMap((one) => [one.before, one.after, one.now]))
  const others = later.filter((one) => !isGone(one) && !theirs.has(one.filename))
  if (others.some(({ additions, patch }) => patch === undefined && additions > 0))
    return unknown("GitHub does not show all lines that came since, and git's record cannot be had")
  const gained = others.map(({ patch = "" }) => patch.split("\n").flatMap((line) => (line.startsWith("+") ? [line.slice(1)] : [])))
  return standingOf(files, gained)
}
