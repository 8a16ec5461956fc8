/** Which pull requests and pushed commits an issue's verdict depends on, and what of them. Pure. Times are milliseconds since 1970. */
import {
  closersIn,
  type IssueFound,
  type Likeness,
  type PullRequestEvidence,
  type TimelineEvent
} from "../../../../domain/IssueEvidence.ts"
import type { Standing } from "../../../../domain/Standing.ts"
import type { Compared } from "./sharedWork.ts"

/** The most pull requests for an issue that are compared. */
const MOST = 30

/** What is known of the issue's pull requests before any is read closer. */
export interface Named {
  readonly timeline: ReadonlyArray<TimelineEvent>
  readonly linked: ReadonlyArray<PullRequestEvidence>
  readonly named: ReadonlyArray<PullRequestEvidence>
  /** Of the repository. */
  readonly id: number
  /** What was merged earlier does not matter. */
  readonly since: number
  /** GitHub's ids of the accounts that compete; undefined: every pull request matters as if it were a competitor's, and none is compared. */
  readonly competitors: ReadonlyArray<number> | undefined
  /** Whether the deadline has passed, so that it matters who waits for whom. */
  readonly hasEnded: boolean
}

const isTheirs =
  ({ competitors }: Pick<Named, "competitors">) =>
  ({ authorId }: PullRequestEvidence): boolean =>
    competitors === undefined || authorId === null || competitors.includes(authorId)

/** The pull requests of the repository by number, and the commits by which the issue was closed and that no pull request brought. */
export interface Candidates {
  readonly all: ReadonlyMap<number, PullRequestEvidence>
  /** Those that are not merged, or were merged late enough, by number. */
  readonly candidates: ReadonlyArray<PullRequestEvidence>
  /** Those of them that were merged. */
  readonly landings: ReadonlyArray<PullRequestEvidence>
  readonly pushed: ReadonlyArray<string>
  /** Whose work it is depends on what was changed only where there is more than one change, and a competitor's among them: those that are compared. */
  readonly toCompare: { readonly pullRequests: ReadonlyArray<PullRequestEvidence>; readonly commits: ReadonlyArray<string> }
}

export const candidatesIn = (issue: Named): Candidates => {
  const { competitors, id, linked, named, since, timeline } = issue
  const closers = closersIn(timeline)
  const all = new Map([...named, ...linked, ...closers].filter((one) => one.baseRepositoryId === id).map((one) => [one.number, one]))
  const pushed = timeline.flatMap((event) =>
    event._tag === "Closed" &&
    event.closer._tag === "Commit" &&
    event.at >= since &&
    !event.closer.pullRequests.some((one) => one.baseRepositoryId === id)
      ? [event.closer.commit]
      : []
  )
  const isLanded = ({ mergedAt }: PullRequestEvidence) => mergedAt !== null && mergedAt >= since
  const candidates = [...all.values()]
    .filter((one) => isLanded(one) || one.mergedAt === null)
    .toSorted((one, other) => one.number - other.number)
  const landings = candidates.filter(isLanded)
  const isShared =
    landings.length + pushed.length > 0 && candidates.length + pushed.length > 1 && candidates.some(isTheirs({ competitors }))
  const pullRequests = isShared && competitors !== undefined ? candidates.slice(0, MOST) : []
  return { all, candidates, landings, pushed, toCompare: { pullRequests, commits: pullRequests.length === 0 ? [] : pushed } }
}

/** The pull requests of which it matters since when they were there and what they were answered. */
export const inDetail = (
  issue: Named,
  { candidates }: Pick<Candidates, "candidates">,
  { likenesses }: Pick<Compared, "likenesses">
): ReadonlyArray<PullRequestEvidence> => {
  const { competitors, hasEnded } = issue
  const alike = new Set(likenesses.flatMap(({ pullRequest, with: other }) => [pullRequest, other]))
  const isOwn = ({ authorId, mergedBy }: PullRequestEvidence) => authorId !== null && mergedBy?.id === authorId
  return candidates
    .slice(0, MOST)
    .filter((one) => competitors !== undefined && (alike.has(one.number) || (isTheirs(issue)(one) && (hasEnded || isOwn(one)))))
}

/** The likenesses from both sides, each with whether the other one names it. `names`: the numbers that each pull request names. */
export const bothWays = (likenesses: ReadonlyArray<Likeness>, names: ReadonlyMap<number, ReadonlySet<number>>): ReadonlyArray<Likeness> => {
  const namedBy = (one: number | string, other: number) =>
    typeof one === "number" && names.get(one)?.has(other) === true ? { names: true } : {}
  return likenesses.flatMap(
    ({ pullRequest, with: other, ...shared }): ReadonlyArray<Likeness> => [
      { pullRequest, with: other, ...shared, ...namedBy(other, pullRequest) },
      ...(typeof other === "number" ? [{ pullRequest: other, with: pullRequest, ...shared, ...namedBy(pullRequest, other) }] : [])
    ]
  )
}

/** What landed and carries a competitor's work, of which it matters whether it stands. `likenesses`: from both sides. */
export const carriersIn = (
  issue: Named,
  { candidates, landings, pushed }: Candidates,
  likenesses: ReadonlyArray<Likeness>
): {
  readonly merged: ReadonlyArray<PullRequestEvidence>
  /** Each pushed commit with the pull request that it carries; undefined: none. */
  readonly pushes: ReadonlyArray<{ readonly commit: string; readonly carries: PullRequestEvidence | undefined }>
} => {
  const byNumber = new Map<number, ReadonlyArray<number | string>>()
  for (const { pullRequest, with: other } of likenesses) byNumber.set(pullRequest, [...(byNumber.get(pullRequest) ?? []), other])
  const theirs = isTheirs(issue)
  const carriedBy = (landing: number | string) => candidates.find((one) => theirs(one) && byNumber.get(one.number)?.includes(landing))
  return {
    merged: landings.filter((one) => theirs(one) || carriedBy(one.number) !== undefined),
    pushes: pushed.map((commit) => ({ commit, carries: carriedBy(commit) }))
  }
}

const NAMELESS: Standing = { _tag: "Unknown", why: "GitHub does not name the merge's commit" }

/**
 * Whether a merge stands; null: it never came to the default branch. Another branch may have become the default one since, which never got it: that takes nothing back.
 * `found`: what was found out of its commit; undefined: it has no name.
 */
export const standingOfMerge = (isThere: boolean, found: Standing | undefined): Standing | null => (isThere ? (found ?? NAMELESS) : null)

/** A pushed commit with what is known of it. */
export const pushOf = (
  commit: string,
  { pushes }: Pick<Compared, "pushes">,
  standing: Standing | null
): NonNullable<IssueFound["pushes"]>[number] => {
  const work = pushes.get(commit)
  return { commit, ...(work === undefined ? {} : { work }), standing }
}

/** Those of whom GitHub says, beside an answer of theirs, that they may push. */
export const writersAmong = (pullRequests: Iterable<PullRequestEvidence>): ReadonlyArray<number> =>
  [...pullRequests].flatMap(({ answers = [] }) => answers.flatMap(({ by, mayPush }) => (mayPush === true && by !== null ? [by] : [])))
