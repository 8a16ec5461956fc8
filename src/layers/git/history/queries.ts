/** Answers questions about a clone by git, without a server. */
import { Effect } from "effect"
import { type GitFailed, git, gitText } from "../git.ts"
import { type Arrival, LAST_MOMENT, MOST_COMMITS, MOST_MESSAGE, type RecordedCommit } from "./historyTask.ts"

const MEBIBYTE = 1_048_576
/** The most bytes of one list from git. */
const MOST_LISTED = 64 * MEBIBYTE

/** The bytes of JSON left for an answer. */
export class Budget {
  #left: number
  constructor(bytes: number) {
    this.#left = bytes
  }
  /** Whether a value fits into the rest, which it then uses. */
  take(value: unknown): boolean {
    return this.takeBytes(Buffer.byteLength(JSON.stringify(value)))
  }
  takeBytes(bytes: number): boolean {
    this.#left -= bytes
    return this.#left >= 0
  }
}

const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => line !== "")

/** Null where git refuses the question, such as for a missing commit. */
const orNull = <A>(asked: Effect.Effect<A, GitFailed>) =>
  Effect.catchIf(
    asked,
    (failed) => failed._tag === "GitRefused" && !failed.isBeyondLimit,
    () => Effect.succeed(null)
  )

export const isCommit = (folder: string, commit: string): Effect.Effect<boolean, GitFailed> =>
  Effect.map(orNull(git(folder, ["cat-file", "-e", `${commit}^{commit}`])), (found) => found !== null)

const isAncestor = (folder: string, older: string, newer: string): Effect.Effect<boolean, GitFailed> =>
  Effect.map(orNull(git(folder, ["merge-base", "--is-ancestor", older, newer])), (found) => found !== null)

/** All merge bases of two commits, in git's order. */
export const mergeBases = (folder: string, one: string, other: string): Effect.Effect<ReadonlyArray<string>, GitFailed> =>
  Effect.map(orNull(gitText(folder, ["merge-base", "--all", one, other])), (text) => linesOf(text ?? ""))

export const parentOf = (folder: string, commit: string): Effect.Effect<string | null, GitFailed> =>
  orNull(gitText(folder, ["rev-parse", "--verify", "--quiet", `${commit}^1`]))

const FORMAT = "--format=%H%n%P%n%ae%n%at%n%ct%n%B"

const milliseconds = (seconds: string): number => Math.min(LAST_MOMENT, Math.max(0, 1_000 * (Number(seconds) || 0)))

const commitIn = (record: string): RecordedCommit => {
  const [commit = "", parents = "", email = "", authored = "", committed = "", ...message] = record.split("\n")
  return {
    commit,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    email,
    authoredAt: milliseconds(authored),
    committedAt: milliseconds(committed),
    message: message.join("\n").trimEnd().slice(0, MOST_MESSAGE)
  }
}

/** Commits of a `git log` range, newest first, each before its parents. */
const log = (folder: string, ...range: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<RecordedCommit>, GitFailed> =>
  Effect.map(
    gitText(folder, ["log", "-z", "--topo-order", `--max-count=${MOST_COMMITS + 1}`, FORMAT, ...range], { most: MOST_LISTED }),
    (text) => text.split("\0").flatMap((record) => (record === "" ? [] : [commitIn(record)]))
  )

const withinBudget = (commits: ReadonlyArray<RecordedCommit>, budget: Budget) => {
  const fitting = commits.slice(0, MOST_COMMITS)
  const end = fitting.findIndex((commit) => !budget.take(commit))
  return end < 0 ? { commits: fitting, isAll: fitting.length === commits.length } : { commits: fitting.slice(0, end), isAll: false }
}

/** The commit by which the first-parent line of `head` got `commit`: the oldest on the line that descends from it. */
const broughtBy = Effect.fn("broughtBy")(function* (folder: string, head: string, commit: string) {
  const list = (way: string) => Effect.map(gitText(folder, ["rev-list", way, `${commit}..${head}`], { most: MOST_LISTED }), linesOf)
  const descendants = new Set(yield* list("--ancestry-path"))
  const line = yield* list("--first-parent")
  return line.findLast((one) => descendants.has(one)) ?? commit
})

/** When a branch got a commit. `commit` itself is on the first-parent line if the line's commits that do not precede it end just above it. */
export const arrivalOf = Effect.fn("arrivalOf")(function* (folder: string, head: string, commit: string) {
  const nowhere: Arrival = { commit, isKnown: yield* isCommit(folder, commit), by: null }
  if (!nowhere.isKnown || !(yield* isAncestor(folder, commit, head))) return nowhere
  const oldest = yield* broughtBy(folder, head, commit)
  const isOnLine = oldest === commit || (yield* parentOf(folder, oldest)) === commit
  const [by = null] = yield* log(folder, "--no-walk=unsorted", isOnLine ? commit : oldest)
  const arrival: Arrival = { ...nowhere, by }
  return arrival
})

/** The commits of `commit..head`; null: `commit` is missing. */
export const since = Effect.fn("since")(function* (folder: string, head: string, commit: string, budget: Budget) {
  return (yield* isCommit(folder, commit)) ? withinBudget(yield* log(folder, head, `^${commit}`), budget) : null
})

/** The first `count` commits of a commit's first-parent line. */
export const firstParents = (folder: string, commit: string, count: number) => log(folder, "--first-parent", `--max-count=${count}`, commit)

/** Whether `head` has a commit with a committer date between two times, in milliseconds. */
export const hasBetween = (folder: string, head: string, { since, until }: { readonly since: number; readonly until: number }) =>
  Effect.map(gitText(folder, ["log", "--format=%ct", head], { most: MOST_LISTED }), (text) =>
    linesOf(text).some((line) => milliseconds(line) >= since && milliseconds(line) <= until)
  )
