/**
 * Reads the parts of an issue's pull requests on which its verdict depends. The rule of rules/verdicts/fromGitHub/candidates.ts
 * chooses them.
 */
import { Effect } from "effect"
import type { PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import type { WorkStanding } from "../../../domain/WorkStanding.ts"
import {
  bothWays,
  candidatesIn,
  carriersIn,
  inDetail,
  type NamedPullRequests,
  namesOfCommits,
  pushOf,
  releasesAmong,
  standingOfMerge,
  writersAmong
} from "../../../rules/verdicts/fromGitHub/candidates.ts"
import { contained } from "../../machine/effects/contained.ts"
import { GitHubUnavailable } from "../errors.ts"
import { containsCommit, type NamedBranch } from "./defaultBranch.ts"
import { inDetails, readCompared, type Texts, withEarlierHeads } from "./readDetails.ts"
import { type Merge, readStanding } from "./readStanding.ts"

/**
 * The pull requests by number with their details, and the diffs of the commits that closed the issue. `head`: the default branch's newest commit, as
 * GitHub shows it.
 */
export const readPullRequests = Effect.fn("GitHub.readPullRequests")(function* (
  place: NamedBranch,
  head: string | undefined,
  issue: NamedPullRequests & Texts
) {
  const found = candidatesIn(issue)
  const all = new Map(found.all)
  const keep = (some: ReadonlyArray<PullRequestEvidence>) => {
    for (const one of some) all.set(one.number, one)
  }
  if (found.landings.length > 0 && place.branch === "")
    return yield* new GitHubUnavailable({
      operation: `read ${place.repository}`,
      why: "GitHub does not name the default branch",
      ill: true
    })
  const work = yield* readCompared(place, found.toCompare, issue.text)
  keep(work.pullRequests)
  const details = yield* inDetails(
    place,
    { ...issue, releases: releasesAmong(found.candidates) },
    inDetail(issue, found, work).map((one) => all.get(one.number) ?? one)
  )
  const isTheirs = ({ authorId }: PullRequestEvidence) => authorId !== null && issue.competitors?.includes(authorId) === true
  keep(
    yield* Effect.forEach(details.pullRequests, (one) =>
      isTheirs(one) ? withEarlierHeads(place, one, details.bases.get(one.number), issue.deadline) : Effect.succeed(one)
    )
  )
  const names = new Map<number | string, ReadonlySet<number>>([...details.names, ...namesOfCommits(issue.timeline)])
  const likenesses = bothWays(work.likenesses, names, found.all.keys())
  const carriers = carriersIn(issue, found, likenesses)
  const known = new Map<string, WorkStanding>()
  const standingOf = Effect.fn("GitHub.standingOf")(function* (merge: Merge) {
    const name = merge.together?.length ? `#${merge.number}` : merge.mergeCommit
    const before = known.get(name)
    if (before !== undefined) return before
    const found = yield* contained(
      "pull request",
      `${place.repository}#${merge.number}`,
      readStanding(place, head, merge),
      (why): Effect.Effect<WorkStanding> => Effect.succeed({ _tag: "Unknown", why })
    )
    known.set(name, found)
    return found
  })
  for (const { baseBranch, head: ownHead, mergeCommit, number } of carriers.merged) {
    const one = all.get(number)
    const isThere = baseBranch === place.branch || (mergeCommit !== null && (yield* containsCommit(place, mergeCommit)) === true)
    const together = found.landings.flatMap((other) =>
      other.mergeCommit === mergeCommit && other.head !== undefined && other.head !== ownHead ? [other.head] : []
    )
    const merge = mergeCommit === null || !isThere ? undefined : { number, mergeCommit, head: ownHead, together }
    const standing = standingOfMerge(isThere, merge && (yield* standingOf(merge)))
    if (one !== undefined) all.set(number, { ...one, standing })
  }
  const pushes = yield* Effect.forEach(carriers.pushes, ({ carries, commit }) =>
    Effect.map(carries === undefined ? Effect.succeed(null) : standingOf({ number: carries.number, mergeCommit: commit }), (standing) =>
      pushOf(commit, work, standing)
    )
  )
  return { pullRequests: all, pushes, likenesses, writers: writersAmong(all.values()), namings: details.namings }
})
