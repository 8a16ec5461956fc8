/**
 * Finds out which merges are still in effect. What is asked of GitHub, for each reading, where git's record cannot be had:
 * - the default branch's history from its head to the merges, 100 commits a request;
 * - if something came after a merge: what the merge changed (a request), and which later commits touch the file that it changed most (50 a request), because an
 *   exact inverse touches it too, and says so or not;
 * - if any of them touches it, or one names the merge: the pull request's own commits (a request), and if a rebase put several on the branch, what they changed together;
 * - what each later commit changed (a request) that names the merge, or that adds as many lines as the merge removes and the other way round.
 */
import { Effect } from "effect"
import type { Revert } from "../../../domain/IssueEvidence.ts"
import type { RepositoryName } from "../../../domain/IssueRef.ts"
import { MOST_MESSAGE } from "../../git/record/recordTask.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import type { Change } from "./change.ts"
import { type ChangesOf, remembering } from "./changeOf.ts"
import { type History, type HistoryCommit, isComplete, laterThan, mergesIn } from "./graph.ts"
import { type OwnCommit, type OwnCommits, readOwnCommits } from "./ownCommits.ts"
import { concerning, type Later, revertOf, type Size, type Target } from "./reverts.ts"
import { broughtBy, type Named, namesIn, plainTitle, together } from "./revertWords.ts"

/** The most changes to compare with a merge. */
const MOST_CHANGES = 60

export interface Merge {
  readonly number: number
  readonly mergeCommit: string
  readonly mergedAt: number
}

/** Whether a merge stands: its revert, null if there is none, or undefined if that is not known. */
export type Standing = Revert | null | undefined

export interface Reverts {
  /** Whether the default branch has a merge; undefined: not known. */
  readonly isOnBranch: (mergeCommit: string) => boolean | undefined
  readonly standingOf: (mergeCommit: string) => Standing
}

export interface Touching {
  readonly size: Size | undefined
  /** What pull requests that have the commit say, and what they are called. */
  readonly says: Named
  readonly names: Named
}

/** Times in milliseconds since 1970, both included. */
export interface Times {
  readonly since: number
  readonly until: number
}

/** Where it is read what a default branch has. */
export interface BranchSource {
  /** Its history from the head to these merges, and whether a merge that is not in it is not on the branch. */
  readonly backTo: (
    merges: ReadonlyArray<Merge>
  ) => Effect.Effect<{ readonly history: History; readonly isWhole: boolean }, GitHubUnavailable>
  /** Which of the commits that came later than `commit` touch a file; undefined: there are too many. */
  readonly touching: (asked: {
    readonly commit: string
    readonly path: string
    readonly later: ReadonlySet<string>
  }) => Effect.Effect<ReadonlyMap<string, Touching> | undefined, GitHubUnavailable>
  /** Whether it has a commit that its committer's clock dates so. */
  readonly hasBetween: (times: Times) => Effect.Effect<boolean, GitHubUnavailable>
}

export interface Place {
  readonly rest: Rest
  readonly repository: RepositoryName
  readonly source: BranchSource
  readonly changesOf: ChangesOf
}

/** The later commits that touch the file that a merge changed most; undefined if there are too many. */
const readTouching = Effect.fn("GitHub.readTouching")(function* (
  { changesOf, source }: Place,
  mergeCommit: string,
  later: ReadonlySet<string>
) {
  const [landedAs] = yield* changesOf([{ commit: mergeCommit }])
  const path = landedAs === undefined ? undefined : mainPathOf(landedAs)
  return path === undefined ? new Map<string, Touching>() : yield* source.touching({ commit: mergeCommit, path, later })
})

/** As much of a message as git's record has. */
const shownOf = (message: string): string => message.trimEnd().slice(0, MOST_MESSAGE)

/**
 * The commit on which a rebase put a pull request's commits, which are as many as the pull request has, with their messages. Undefined: it landed as one commit; null: that is
 * not known.
 */
export const rebasedOn = (history: History, mergeCommit: string, own: ReadonlyArray<OwnCommit> | undefined): string | null | undefined => {
  const known = new Map(history.map((one) => [one.oid, one]))
  const isMerge = (known.get(mergeCommit)?.parents?.length ?? 1) > 1
  if (isMerge || own?.length === 1) return undefined
  if (own === undefined) return null
  const landed: Array<HistoryCommit> = []
  for (let one = known.get(mergeCommit); one !== undefined && landed.length < own.length; one = known.get(one.parents?.[0] ?? ""))
    landed.unshift(one)
  const isRebase = landed.every(({ message }, index) => {
    const theirs = own[index + own.length - landed.length]
    return theirs !== undefined && shownOf(message) === shownOf(theirs.commit.message)
  })
  if (!isRebase) return undefined
  // Where there are fewer, the history was not read so far.
  return (landed.length === own.length ? landed[0]?.parents?.[0] : undefined) ?? null
}

const mainPathOf = (change: Change): string | undefined =>
  change
    .map(({ additions, after, before, deletions }) => ({ path: after ?? before ?? "", lines: additions + deletions }))
    .toSorted((one, other) => other.lines - one.lines || (one.path < other.path ? -1 : 1))[0]?.path

const sizeOf = (change: Change | undefined): Size | undefined =>
  change === undefined
    ? undefined
    : { additions: change.reduce((sum, one) => sum + one.additions, 0), deletions: change.reduce((sum, one) => sum + one.deletions, 0) }

/** What is known of a branch, from its head on, and what is asked about it. */
export interface Branch {
  readonly history: History
  readonly changesOf: ChangesOf
  /** Of the later commits, those that may be an exact inverse of the merge whatever they say, as of a revert of it; undefined if there are too many. */
  readonly touching: (
    mergeCommit: string,
    later: ReadonlySet<string>
  ) => Effect.Effect<ReadonlyMap<string, Touching> | undefined, GitHubUnavailable>
  /** Of a pull request. Undefined: GitHub does not know it. */
  readonly ownCommitsOf: (number: number) => Effect.Effect<OwnCommits | undefined, GitHubUnavailable>
}

/** Whether a merge of the branch stands at its head. */
export const readStanding = Effect.fn("GitHub.readStanding")(function* (branch: Branch, merge: Omit<Merge, "mergedAt">) {
  const { changesOf, history } = branch
  const { mergeCommit, number } = merge
  const after = laterThan(history, mergeCommit)
  if (after.length === 0) return null
  const touching = yield* branch.touching(mergeCommit, new Set(after.map(({ oid }) => oid)))
  if (touching === undefined) return undefined
  const merges = mergesIn(history)
  const known = [mergeCommit, ...after.map(({ oid }) => oid)]
  const title = plainTitle(history.find(({ oid }) => oid === mergeCommit)?.message.split("\n", 1)[0] ?? "")
  const basic: Named = { commits: [mergeCommit], pullRequests: [number], titles: title === "" ? [] : [title] }
  const laterAs = (own: ReadonlyArray<OwnCommit> | "unread" | undefined): ReadonlyArray<Later> =>
    after.map(({ oid, at, message }): Later => {
      const found = touching.get(oid)
      const says = together([namesIn(message), ...(found === undefined ? [] : [found.says])])
      const merged = merges.get(oid)
      const headline = message.split("\n", 1)[0] ?? ""
      const names = [
        { commits: [oid], pullRequests: broughtBy(message), titles: [plainTitle(headline)] },
        ...(merged === undefined ? [] : [{ commits: [merged.oid], pullRequests: broughtBy(merged.message), titles: [] }]),
        ...(found === undefined ? [] : [found.names])
      ]
      const isElsewhere = own !== undefined && own !== "unread"
      const isVague =
        !isElsewhere && says.pullRequests.length === 0 && says.commits.some((start) => !known.some((one) => one.startsWith(start)))
      return { oid, at, says, isVague, names: together(names), size: found?.size }
    })
  if (touching.size === 0 && concerning({ names: basic, size: undefined }, laterAs("unread")).length === 0) return null
  const found = yield* branch.ownCommitsOf(number)
  const own = found?.isAll === true ? found.commits : undefined
  const since = rebasedOn(history, mergeCommit, own)
  const change = since === null ? undefined : (yield* changesOf([{ commit: mergeCommit, ...(since === undefined ? {} : { since }) }]))[0]
  const names = { ...basic, commits: [...basic.commits, ...(own ?? []).map(({ sha }) => sha)] }
  const target: Target = { names, size: sizeOf(change) }
  const later = concerning(target, laterAs(own))
  if (later.length > MOST_CHANGES) return undefined
  const laterChanges = later.length === 0 ? [] : yield* changesOf(later.map(({ oid }) => ({ commit: oid })))
  const changes = new Map(later.map(({ oid }, index) => [oid, laterChanges[index]]))
  return revertOf(target, change, later, changes)
})

/** Reads the default branch as far as it matters to some merges. */
export const readReverts = Effect.fn("GitHub.readReverts")(function* (place: Place, merges: ReadonlyArray<Merge>) {
  if (merges.length === 0) return { isOnBranch: () => undefined, standingOf: () => null } satisfies Reverts
  const { history, isWhole } = yield* place.source.backTo(merges)
  const onBranch = new Set(history.map(({ oid }) => oid))
  const known = { ...place, changesOf: yield* remembering(place.changesOf) }
  const branch: Branch = {
    history,
    changesOf: known.changesOf,
    touching: (mergeCommit, later) => readTouching(known, mergeCommit, later),
    ownCommitsOf: (number) => readOwnCommits(place.rest, place.repository, number)
  }
  const standings = new Map<string, Standing>()
  for (const merge of merges) {
    const isOn = onBranch.has(merge.mergeCommit)
    const isKnown = isWhole || (isOn && isComplete(history, [merge.mergeCommit]))
    standings.set(merge.mergeCommit, !isKnown ? undefined : isOn ? yield* readStanding(branch, merge) : null)
  }
  return {
    isOnBranch: (mergeCommit) => onBranch.has(mergeCommit) || (isWhole ? false : undefined),
    standingOf: (mergeCommit) => (standings.has(mergeCommit) ? standings.get(mergeCommit) : null)
  } satisfies Reverts
})
