/** Measures changes, and the work that two of them share, in lines with letters or digits, without white space, in whatever files. Pure. */
import type { Likeness, PullRequestEvidence, Work } from "../../../domain/IssueEvidence.ts"
import type { Change } from "./changes.ts"

/** Lines of brackets and the like do not count. */
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

type LineCounts = ReadonlyMap<string, number>

const countOf = (counts: LineCounts, line: string): number => counts.get(line) ?? 0

/** How often a change has each line, after its sign; undefined if some lines are not known. Moved lines do not count. */
const countLines = (change: Change): LineCounts | undefined => {
  const counts = new Map<string, number>()
  for (const { additions, deletions, lines } of change) {
    // GitHub counts no lines of a picture.
    if (lines === undefined && additions + deletions > 0) return undefined
    for (const line of lines ?? []) if (/^[+-]/.test(line) && LETTER_OR_DIGIT.test(line)) counts.set(line, countOf(counts, line) + 1)
  }
  for (const [line, count] of counts) {
    if (!line.startsWith("+")) continue
    const other = `-${line.slice(1)}`
    const moved = Math.min(count, countOf(counts, other))
    if (moved === 0) continue
    counts.set(line, count - moved)
    counts.set(other, countOf(counts, other) - moved)
  }
  return counts
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)

const workOf = (counts: LineCounts): Work => ({ lines: sum(counts.values()) })

const sharedBy = (one: LineCounts, other: LineCounts): number => sum([...one].map(([line, count]) => Math.min(count, countOf(other, line))))
/** The work of pull requests and pushed commits, and how much each pull request shares with the other pull requests and commits. */
export interface ComparedWork {
  readonly pullRequests: ReadonlyArray<PullRequestEvidence>
  /** By commit; undefined if it is not known. */
  readonly pushes: ReadonlyMap<string, Work | undefined>
  readonly likenesses: ReadonlyArray<Likeness>
}

/** Compares changes. `changes` and `pushed` are in the order of `pullRequests` and of `commits`; undefined where GitHub does not show the whole change. */
export const compareWork = (
  pullRequests: ReadonlyArray<PullRequestEvidence>,
  changes: ReadonlyArray<Change | undefined>,
  commits: ReadonlyArray<string>,
  pushed: ReadonlyArray<Change | undefined>
): ComparedWork => {
  const all = [
    ...pullRequests.map(({ number }, index) => ({ id: number, change: changes[index] })),
    ...commits.map((commit, index) => ({ id: commit, change: pushed[index] }))
  ].map(({ change, id }) => ({ id, counts: change && countLines(change) }))
  const likenesses = all.flatMap(({ counts, id }, index): ReadonlyArray<Likeness> => {
    if (typeof id !== "number" || counts === undefined) return []
    return all.slice(index + 1).flatMap((other): ReadonlyArray<Likeness> => {
      const shared = other.counts && sharedBy(counts, other.counts)
      return shared === undefined || shared === 0 ? [] : [{ pullRequest: id, with: other.id, lines: shared }]
    })
  })
  const workBy = (id: number | string) => {
    const counts = all.find((one) => one.id === id)?.counts
    return counts && workOf(counts)
  }
  return {
    pullRequests: pullRequests.map((one): PullRequestEvidence => {
      const work = workBy(one.number)
      return work === undefined ? one : { ...one, work }
    }),
    pushes: new Map(commits.map((commit) => [commit, workBy(commit)])),
    likenesses
  }
}
