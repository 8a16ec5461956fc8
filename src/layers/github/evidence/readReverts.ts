/**
 * Finds out which merges are still in effect. What is asked of GitHub, for each reading:
 * - the default branch's history from its head to the merges, 100 commits a request;
 * - if something came after a merge: what the merge changed (a request), and which later commits touch the file that it changed most (50 a request), because an
 *   exact inverse touches it too, and says so or not;
 * - if any of them touches it, or one names the merge: the pull request's own commits (a request), and if a rebase put several on the branch, what they changed together;
 * - what each later commit changed (a request) that names the merge, or that adds as many lines as the merge removes and the other way round.
 */
import { Effect, Option, Schema } from "effect"
import type { Revert } from "../../../domain/IssueEvidence.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { Change } from "./change.ts"
import { type ChangesOf, remembering } from "./changeOf.ts"
import { type History, type HistoryCommit, isComplete, laterThan, mergesIn } from "./graph.ts"
import { type OwnCommit, type OwnCommits, readOwnCommits } from "./ownCommits.ts"
import * as queries from "./queries.ts"
import { concerning, type Later, revertOf, type Size, type Target } from "./reverts.ts"
import { broughtBy, type Named, namesIn, plainTitle, together } from "./revertWords.ts"

/** The most pages of 100 commits to search for a merge and what came after it. */
const HISTORY_PAGES = 100
/** The most pages of 50 commits that touch a file. */
const TOUCHING_PAGES = 4
/** The most changes to compare with a merge. */
const MOST_CHANGES = 60
const DAY = 86_400_000

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

export interface Place {
  readonly rest: Rest
  readonly repository: RepositoryName
  /** The default branch. */
  readonly branch: string
  readonly changesOf: ChangesOf
}

/** The pages of the branch's history by one of the queries. */
const historyPage = <A, I>(
  { rest, repository }: Place,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  schema: Schema.Schema<A, I>
) =>
  rest.graphql(
    `read the history of ${repository}`,
    query,
    { ...variables, owner: splitRepository(repository).owner, name: splitRepository(repository).repo },
    schema
  )

/** Whether the branch contains a commit, by GitHub's comparison; undefined if it does not say. */
const containsCommit = ({ branch, rest, repository }: Place, oid: string) =>
  Effect.map(
    rest.optional(
      {
        operation: `find out whether the default branch of ${repository} has ${oid}`,
        route: "GET /repos/{owner}/{repo}/compare/{basehead}",
        parameters: { ...splitRepository(repository), basehead: `${branch}...${oid}`, per_page: 1 }
      },
      Schema.Struct({ status: Schema.String })
    ),
    Option.match({ onNone: () => undefined, onSome: ({ status }) => status === "behind" || status === "identical" })
  )

/** The history from the head to the merges, and which of them it has. */
const readHistory = Effect.fn("GitHub.readHistory")(function* (place: Place, merges: ReadonlyArray<Merge>) {
  const history: Array<HistoryCommit> = []
  const oldest = Math.min(...merges.map(({ mergedAt }) => mergedAt)) - DAY
  let wanted = merges.map(({ mergeCommit }) => mergeCommit)
  let isSure = false
  // A rebase put further commits below a merge: a page more has them.
  let isLast = false
  let after: string | null = null
  for (let page = 0; page < HISTORY_PAGES; page++) {
    const variables: Readonly<Record<string, unknown>> = { since: new Date(0).toISOString(), after }
    const answer: typeof queries.HistoryAnswer.Type = yield* historyPage(place, queries.HISTORY, variables, queries.HistoryAnswer)
    if (answer.repository === null)
      return yield* new GitHubUnavailable({
        operation: `read the history of ${place.repository}`,
        why: "the repository disappeared meanwhile",
        ill: true
      })
    const found = answer.repository.defaultBranchRef?.target?.history
    // The repository has no default branch, or an empty one.
    if (found === undefined) return { history, isWhole: true }
    history.push(
      ...found.nodes.map(({ oid, message, committedDate, parents }) => ({
        oid,
        message,
        at: committedDate,
        parents: parents?.nodes.map((one) => one.oid)
      }))
    )
    if (!found.pageInfo.hasNextPage || isLast) return { history, isWhole: true }
    isLast = isComplete(history, wanted)
    if (!isLast && !isSure && (history.at(-1)?.at ?? 0) < oldest) {
      // Another branch may have become the default one, which never got the merge.
      isSure = true
      const known = new Set(history.map(({ oid }) => oid))
      wanted = yield* Effect.filter(wanted, (oid) =>
        known.has(oid) ? Effect.succeed(true) : Effect.map(containsCommit(place, oid), (has) => has !== false)
      )
      isLast = isComplete(history, wanted)
    }
    after = found.pageInfo.endCursor
  }
  return { history, isWhole: false }
})

export interface Touching {
  readonly size: Size
  /** What pull requests that have the commit say, and what they are called. */
  readonly says: Named
  readonly names: Named
}

/** The later commits that touch the file that a merge changed most; undefined if there are too many. */
const readTouching = Effect.fn("GitHub.readTouching")(function* (place: Place, mergeCommit: string, later: ReadonlySet<string>) {
  const [landedAs] = yield* place.changesOf([{ commit: mergeCommit }])
  const path = landedAs === undefined ? undefined : mainPathOf(landedAs)
  const touching = new Map<string, Touching>()
  if (path === undefined) return touching
  let after: string | null = null
  for (let page = 0; page < TOUCHING_PAGES; page++) {
    const answer: typeof queries.TouchingAnswer.Type = yield* historyPage(place, queries.TOUCHING, { path, after }, queries.TouchingAnswer)
    const found = answer.repository?.defaultBranchRef?.target?.history
    if (found === undefined) return touching
    for (const { oid, additions, deletions, associatedPullRequests } of found.nodes) {
      if (!later.has(oid)) continue
      const pullRequests = associatedPullRequests.nodes.flatMap((one) => one ?? [])
      touching.set(oid, {
        size: { additions, deletions },
        says: together(pullRequests.map(({ body, title }) => namesIn(`${title}\n\n${body}`))),
        names: {
          commits: pullRequests.flatMap(({ mergeCommit }) => mergeCommit?.oid ?? []),
          pullRequests: pullRequests.map(({ number }) => number),
          titles: []
        }
      })
    }
    if (!found.pageInfo.hasNextPage || !found.nodes.some(({ oid }) => later.has(oid))) return touching
    after = found.pageInfo.endCursor
  }
  return undefined
})

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
  const isRebase = landed.every(({ message }, index) => message === own[index + own.length - landed.length]?.commit.message)
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
  const { history, isWhole } = yield* readHistory(place, merges)
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
