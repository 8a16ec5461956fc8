/** Reads of the pull requests for an issue what its verdict depends on, and of no others. */
import { Effect } from "effect"
import { closersIn, type IssueFound, type Likeness, type PullRequestEvidence, type TimelineEvent } from "../../../domain/IssueEvidence.ts"
import type { Standing } from "../../../domain/standing.ts"
import { contained } from "../../effects/contained.ts"
import { GitHubUnavailable } from "../errors.ts"
import { containsCommit, type NamedBranch } from "./defaultBranch.ts"
import { compared, detailed } from "./details.ts"
import { type Merge, readStanding } from "./readStanding.ts"

const NAMELESS: Standing = { _tag: "Unknown", why: "GitHub does not name the merge's commit" }

/** The most pull requests for an issue that are compared. */
const MOST = 30

interface Reading {
  readonly timeline: ReadonlyArray<TimelineEvent>
  readonly linked: ReadonlyArray<PullRequestEvidence>
  readonly named: ReadonlyArray<PullRequestEvidence>
  /** Of the repository. */
  readonly id: number
  /** Milliseconds since 1970: what was merged earlier does not matter. */
  readonly since: number
  /** The default branch's newest commit, as GitHub shows it. */
  readonly head: string | undefined
  readonly competitors: ReadonlyArray<number> | undefined
  readonly hasEnded: boolean
}

/** The pull requests by number with what was read of them, and what commits changed that closed the issue. */
export const readMatter = Effect.fn("GitHub.readMatter")(function* (
  place: NamedBranch,
  { competitors, hasEnded, head, id, linked, named, since, timeline }: Reading
) {
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
  const isTheirs = ({ authorId }: PullRequestEvidence) => competitors === undefined || authorId === null || competitors.includes(authorId)
  const isLanded = ({ mergedAt }: PullRequestEvidence) => mergedAt !== null && mergedAt >= since
  const candidates = [...all.values()]
    .filter((one) => isLanded(one) || one.mergedAt === null)
    .toSorted((one, other) => one.number - other.number)
  const landings = candidates.filter(isLanded)
  if (landings.length > 0 && place.branch === "")
    return yield* new GitHubUnavailable({
      operation: `read ${place.repository}`,
      why: "GitHub does not name the default branch",
      ill: true
    })

  // Whose work it is depends on what was changed only where there is more than one change, and a competitor's among them.
  const isShared = landings.length + pushed.length > 0 && candidates.length + pushed.length > 1 && candidates.some(isTheirs)
  const some = isShared && competitors !== undefined ? candidates.slice(0, MOST) : []
  const work = yield* compared(place, some, some.length === 0 ? [] : pushed)
  for (const one of work.pullRequests) all.set(one.number, one)

  const alike = new Set(work.likenesses.flatMap(({ pullRequest, with: other }) => [pullRequest, other]))
  const isOwn = ({ authorId, mergedBy }: PullRequestEvidence) => authorId !== null && mergedBy?.id === authorId
  const inDetail = candidates
    .slice(0, MOST)
    .filter((one) => competitors !== undefined && (alike.has(one.number) || (isTheirs(one) && (hasEnded || isOwn(one)))))
  const details = yield* detailed(
    place,
    inDetail.map((one) => all.get(one.number) ?? one)
  )
  for (const one of details.pullRequests) all.set(one.number, one)

  const names = (one: number | string, other: number): boolean => typeof one === "number" && details.names.get(one)?.has(other) === true
  const likenesses = work.likenesses.flatMap(
    ({ pullRequest, with: other, ...shared }): ReadonlyArray<Likeness> => [
      { pullRequest, with: other, ...shared, ...(names(other, pullRequest) ? { names: true } : {}) },
      ...(typeof other === "number"
        ? [{ pullRequest: other, with: pullRequest, ...shared, ...(names(pullRequest, other) ? { names: true } : {}) }]
        : [])
    ]
  )

  const byNumber = new Map<number, ReadonlyArray<number | string>>()
  for (const { pullRequest, with: other } of likenesses) byNumber.set(pullRequest, [...(byNumber.get(pullRequest) ?? []), other])
  const carriesTheirs = (landing: number | string) => candidates.some((one) => isTheirs(one) && byNumber.get(one.number)?.includes(landing))
  const merged = landings.filter((one) => isTheirs(one) || carriesTheirs(one.number))
  const known = new Map<string, Standing>()
  const standingOf = Effect.fn("GitHub.standingOf")(function* (merge: Merge) {
    const before = known.get(merge.mergeCommit)
    if (before !== undefined) return before
    const found = yield* contained(
      "pull request",
      `${place.repository}#${merge.number}`,
      readStanding(place, head, merge),
      (why): Effect.Effect<Standing> => Effect.succeed({ _tag: "Unknown", why })
    )
    known.set(merge.mergeCommit, found)
    return found
  })
  for (const { baseBranch, mergeCommit, number } of merged) {
    const one = all.get(number)
    // Another branch may have become the default one since, which never got it: that takes nothing back.
    const isThere = baseBranch === place.branch || (mergeCommit !== null && (yield* containsCommit(place, mergeCommit)) === true)
    const standing = !isThere ? null : mergeCommit === null ? NAMELESS : yield* standingOf({ number, mergeCommit })
    if (one !== undefined) all.set(number, { ...one, standing })
  }
  const pushes: NonNullable<IssueFound["pushes"]> = yield* Effect.forEach(pushed, (commit) =>
    Effect.gen(function* () {
      const carried = candidates.find((one) => isTheirs(one) && byNumber.get(one.number)?.includes(commit))
      const changed = work.pushes.get(commit)
      const standing = carried === undefined ? null : yield* standingOf({ number: carried.number, mergeCommit: commit })
      return { commit, ...(changed === undefined ? {} : { work: changed }), standing }
    })
  )
  const writers = [...all.values()].flatMap(({ answers = [] }) =>
    answers.flatMap(({ by, mayPush }) => (mayPush === true && by !== null ? [by] : []))
  )
  return { pullRequests: all, pushes, likenesses, writers }
})
