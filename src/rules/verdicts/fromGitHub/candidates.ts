/** Selects the pull requests and pushed commits on which an issue's verdict depends. Pure. Times are milliseconds since 1970. */
import {
  closersIn,
  type Detail,
  type IssueFound,
  type Likeness,
  type PullRequestEvidence,
  type TimelineEvent
} from "../../../domain/IssueEvidence.ts"
import type { WorkStanding } from "../../../domain/WorkStanding.ts"
import type { ComparedWork } from "./comparedWork.ts"

/** How many pull requests of an issue are compared at most. */
const MOST_COMPARED = 30

/**
 * Of which pull requests the rules need each detail: those to compare (`candidatesIn`), those in detail (`inDetail`), or those that carry a competitor's
 * work (`carriersIn`). GitHub is asked for no others, so a rule that reads a detail of another pull request must choose it here.
 * test/unit/rules/needs.test.ts plays every known record without the details that nobody chose.
 */
export const NEEDS: Readonly<Record<Detail, "toCompare" | "inDetail" | "carriers">> = {
  work: "toCompare",
  thereSince: "inDetail",
  changedAt: "inDetail",
  answers: "inDetail",
  turns: "inDetail",
  limitedSince: "inDetail",
  pushes: "inDetail",
  bringsOwn: "inDetail",
  earlier: "inDetail",
  standing: "carriers"
}

/** The data on an issue's pull requests before any is read in detail. */
export interface NamedPullRequests {
  readonly timeline: ReadonlyArray<TimelineEvent>
  readonly linked: ReadonlyArray<PullRequestEvidence>
  readonly named: ReadonlyArray<PullRequestEvidence>
  /** The pull requests whose earlier text or commits may say more of the issue than is known so far. */
  readonly unsure: ReadonlySet<number>
  /** The repository's id. */
  readonly id: number
  /** Earlier merges do not count. */
  readonly since: number
  /** GitHub ids of the competing accounts, null where one is unknown; undefined: every pull request counts as a competitor's, and none is compared. */
  readonly competitors: ReadonlyArray<number | null> | undefined
  /** The deadline, in milliseconds since 1970, once it has passed, so that waiting pull requests count. */
  readonly deadline?: number | undefined
}

/**
 * At most `MOST_COMPARED` pull requests: first those by which the issue was closed, then competitors', merged and linked ones, then the oldest. So many
 * pull requests of others push none of them out.
 */
const mostTied = (
  { competitors, linked, timeline }: NamedPullRequests,
  candidates: ReadonlyArray<PullRequestEvidence>
): ReadonlyArray<PullRequestEvidence> => {
  const [closers, links] = [closersIn(timeline), linked].map((some) => new Set(some.map(({ number }) => number)))
  const rank = ({ authorId, mergedAt, number }: PullRequestEvidence): number => {
    if (closers?.has(number) === true) return 0
    if (authorId !== null && competitors?.includes(authorId) === true) return 1
    return mergedAt !== null ? 2 : links?.has(number) === true ? 3 : 4
  }
  return candidates
    .toSorted((one, other) => rank(one) - rank(other) || one.number - other.number)
    .slice(0, MOST_COMPARED)
    .toSorted((one, other) => one.number - other.number)
}

const isTheirs =
  ({ competitors }: Pick<NamedPullRequests, "competitors">) =>
  ({ authorId }: PullRequestEvidence): boolean =>
    competitors === undefined || authorId === null || competitors.includes(authorId) || competitors.includes(null)

/** The repository's pull requests by number, and the commits without a pull request that closed the issue. */
export interface Candidates {
  readonly all: ReadonlyMap<number, PullRequestEvidence>
  /** Those that are not merged, or were merged late enough, by number. */
  readonly candidates: ReadonlyArray<PullRequestEvidence>
  /** The merged ones of `candidates`. */
  readonly landings: ReadonlyArray<PullRequestEvidence>
  readonly pushed: ReadonlyArray<string>
  /** The changes to compare. Whose work landed is in doubt only if there are several changes, one of them a competitor's. */
  readonly toCompare: {
    readonly pullRequests: ReadonlyArray<PullRequestEvidence>
    readonly commits: ReadonlyArray<string>
    /** The numbers of those that are or may be competitors'. */
    readonly theirs: ReadonlySet<number>
  }
}

export const candidatesIn = (issue: NamedPullRequests): Candidates => {
  const { competitors, id, linked, named, since, timeline } = issue
  const closers = closersIn(timeline)
  const all = new Map([...named, ...linked, ...closers].filter((one) => one.baseRepositoryId === id).map((one) => [one.number, one]))
  const pushed = timeline.flatMap((event) =>
    event._tag === "Closed" &&
    event.closer._tag === "Commit" &&
    event.at >= since &&
    !event.closer.pullRequests.some((one) => one.baseRepositoryId === id && one.mergedAt !== null)
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
  const pullRequests = isShared && competitors !== undefined ? mostTied(issue, candidates) : []
  const theirs = new Set(pullRequests.filter(isTheirs({ competitors })).map(({ number }) => number))
  return { all, candidates, landings, pushed, toCompare: { pullRequests, commits: pullRequests.length === 0 ? [] : pushed, theirs } }
}

/** The pull requests that were merged into the branch from which another was merged, as into a release. */
export const broughtBy = (
  { headBranch, mergedAt, number }: PullRequestEvidence,
  among: ReadonlyArray<PullRequestEvidence>
): ReadonlyArray<PullRequestEvidence> =>
  headBranch === undefined || mergedAt === null
    ? []
    : among.filter((one) => one.number !== number && one.baseBranch === headBranch && one.mergedAt !== null && one.mergedAt <= mergedAt)

/** The numbers of those that brought others. */
export const releasesAmong = (candidates: ReadonlyArray<PullRequestEvidence>): ReadonlySet<number> =>
  new Set(candidates.filter((one) => broughtBy(one, candidates).length > 0).map(({ number }) => number))

/** The pull requests of which the age, the answers or earlier words matter. */
export const inDetail = (
  issue: NamedPullRequests,
  { candidates }: Pick<Candidates, "candidates">,
  { likenesses }: Pick<ComparedWork, "likenesses">
): ReadonlyArray<PullRequestEvidence> => {
  const { competitors, deadline, unsure } = issue
  const alike = new Set(likenesses.flatMap(({ pullRequest, with: other }) => [pullRequest, other]))
  const isOwn = ({ authorId, mergedBy }: PullRequestEvidence) => authorId !== null && mergedBy?.id === authorId
  const closers = new Set(closersIn(issue.timeline).map(({ number }) => number))
  /** It has the commit that closed the issue. */
  const hadIt = ({ mergedAt, number }: PullRequestEvidence) => mergedAt === null && closers.has(number)
  const mayCarry = ({ mergedAt, number }: PullRequestEvidence) =>
    mergedAt !== null && candidates.some((other) => other.number !== number && isTheirs(issue)(other))
  return mostTied(issue, candidates).filter(
    (one) =>
      unsure.has(one.number) ||
      (competitors !== undefined &&
        (alike.has(one.number) || mayCarry(one) || hadIt(one) || (isTheirs(issue)(one) && (deadline !== undefined || isOwn(one)))))
  )
}

/**
 * The likenesses, each with whether the other side names this pull request, and from that side as well where they say nothing of it. `names`: the numbers that each pull request and each commit
 * names, as many as a stranger likes; `known`: the pull requests of the record, which alone are looked for.
 */
export const bothWays = (
  likenesses: ReadonlyArray<Likeness>,
  names: ReadonlyMap<number | string, ReadonlySet<number>>,
  known: Iterable<number>
): ReadonlyArray<Likeness> => {
  const namedBy = (one: number | string, other: number) => (names.get(one)?.has(other) === true ? { names: true } : {})
  const pairOf = (one: number | string, other: number | string) => [one, other].map(String).sort().join(" ")
  const compared = new Set(likenesses.map(({ pullRequest, with: other }) => pairOf(pullRequest, other)))
  const named = [...known].flatMap((number) =>
    [...names].flatMap(
      ([by, numbers]): ReadonlyArray<Likeness> =>
        number === by || !numbers.has(number) || compared.has(pairOf(number, by))
          ? []
          : [{ pullRequest: number, with: by, lines: 0, names: true }]
    )
  )
  const sides = new Set(likenesses.map(({ pullRequest, with: other }) => `${pullRequest} ${other}`))
  const alike = likenesses.flatMap(
    ({ pullRequest, with: other, ...shared }): ReadonlyArray<Likeness> => [
      { pullRequest, with: other, ...shared, ...namedBy(other, pullRequest) },
      ...(typeof other === "number" && !sides.has(`${other} ${pullRequest}`)
        ? [{ pullRequest: other, with: pullRequest, ...shared, ...namedBy(pullRequest, other) }]
        : [])
    ]
  )
  return [...alike, ...named]
}

/** The numbers that each commit names which closed the issue. */
export const namesOfCommits = (
  timeline: ReadonlyArray<TimelineEvent>
): ReadonlyArray<readonly [commit: string, numbers: ReadonlySet<number>]> =>
  timeline.flatMap((event) =>
    event._tag === "Closed" && event.closer._tag === "Commit" ? [[event.closer.commit, new Set(event.closer.names)] as const] : []
  )

/** The landed changes that carry a competitor's work, so that their standing matters. `likenesses`: from both sides. */
export const carriersIn = (
  issue: NamedPullRequests,
  { candidates, landings, pushed }: Candidates,
  likenesses: ReadonlyArray<Likeness>
): {
  readonly merged: ReadonlyArray<PullRequestEvidence>
  /** Each pushed commit with the pull request whose work it carries; undefined: none. */
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

const UNNAMED_COMMIT: WorkStanding = { _tag: "Unknown", why: "GitHub does not name the merge commit" }

/**
 * Whether a merge stands; null if it never came to the default branch. A merge is not taken back if another branch, which never got it, has become
 * the default one. `found`: the standing of its merge commit; undefined if GitHub does not name the commit.
 */
export const standingOfMerge = (isThere: boolean, found: WorkStanding | undefined): WorkStanding | null =>
  isThere ? (found ?? UNNAMED_COMMIT) : null

export const pushOf = (
  commit: string,
  { pushes }: Pick<ComparedWork, "pushes">,
  standing: WorkStanding | null
): NonNullable<IssueFound["pushes"]>[number] => {
  const work = pushes.get(commit)
  return { commit, ...(work === undefined ? {} : { work }), standing }
}

/** The reviewers who may push, as GitHub says beside their reviews. */
export const writersAmong = (pullRequests: Iterable<PullRequestEvidence>): ReadonlyArray<number> =>
  [...pullRequests].flatMap(({ answers = [] }) => answers.flatMap(({ by, mayPush }) => (mayPush === true && by !== null ? [by] : [])))
