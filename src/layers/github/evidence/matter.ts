/** Reads of the pull requests for an issue what its verdict depends on, and of no others. */
import { Effect } from "effect"
import type { IssueFound, Likeness, PullRequestEvidence, TimelineEvent } from "../../../domain/IssueEvidence.ts"
import { compared, detailed } from "./details.ts"
import { type Merge, type Place, readReverts } from "./readReverts.ts"

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
  readonly defaultBranch: string
  readonly competitors: ReadonlyArray<number> | undefined
  readonly hasEnded: boolean
}

const closersIn = (timeline: ReadonlyArray<TimelineEvent>): ReadonlyArray<PullRequestEvidence> =>
  timeline.flatMap((event) =>
    event._tag !== "Closed"
      ? []
      : event.closer._tag === "PullRequest"
        ? [event.closer.pullRequest]
        : event.closer._tag === "Commit"
          ? event.closer.pullRequests
          : []
  )

/** The pull requests by number with what was read of them, and what commits changed that closed the issue. */
export const readMatter = Effect.fn("GitHub.readMatter")(function* (
  place: Place,
  { competitors, defaultBranch, hasEnded, id, linked, named, since, timeline }: Reading
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

  // Whose work it is depends on what was changed only where there is more than one change, and a competitor's among them.
  const isShared = landings.length + pushed.length > 0 && candidates.length + pushed.length > 1 && candidates.some(isTheirs)
  const some = isShared && competitors !== undefined ? candidates.slice(0, MOST) : []
  const work = yield* compared(place, place.changesOf, some, some.length === 0 ? [] : pushed)
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
  const closing = new Set(closers.map(({ number }) => number))
  const merged = landings.filter((one) => isTheirs(one) || carriesTheirs(one.number))
  const merges: ReadonlyArray<Merge> = [
    ...merged.flatMap(({ mergeCommit, mergedAt, number }) =>
      mergeCommit === null || mergedAt === null ? [] : [{ number, mergeCommit, mergedAt }]
    ),
    ...pushed.flatMap((commit): ReadonlyArray<Merge> => {
      const carried = candidates.find((one) => isTheirs(one) && byNumber.get(one.number)?.includes(commit))
      const at = timeline.find((event) => event._tag === "Closed" && event.closer._tag === "Commit" && event.closer.commit === commit)?.at
      return carried === undefined || at === undefined ? [] : [{ number: carried.number, mergeCommit: commit, mergedAt: at }]
    })
  ]
  const { isOnBranch, standingOf } = yield* readReverts(place, merges)
  const asked = new Set(merges.map(({ mergeCommit }) => mergeCommit))
  for (const { baseBranch, mergeCommit, number } of merged) {
    const one = all.get(number)
    // Whether a merge without its commit stands cannot be told.
    const into = baseBranch === defaultBranch || closing.has(number) || (mergeCommit !== null && isOnBranch(mergeCommit) === true)
    const standing = !into ? null : mergeCommit === null ? undefined : standingOf(mergeCommit)
    if (one !== undefined)
      all.set(number, { ...one, revertedBy: standing ?? null, ...(standing === undefined ? { mayBeReverted: true } : {}) })
  }
  const pushes: NonNullable<IssueFound["pushes"]> = pushed.map((commit) => {
    const standing = asked.has(commit) ? standingOf(commit) : null
    const changed = work.pushes.get(commit)
    return {
      commit,
      ...(changed === undefined ? {} : { work: changed }),
      revertedBy: standing ?? null,
      ...(standing === undefined ? { mayBeReverted: true } : {})
    }
  })
  const writers = [...all.values()].flatMap(({ answers = [] }) =>
    answers.flatMap(({ by, mayPush }) => (mayPush === true && by !== null ? [by] : []))
  )
  return { pullRequests: all, pushes, likenesses, writers }
})
