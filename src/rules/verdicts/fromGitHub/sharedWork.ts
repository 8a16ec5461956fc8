/** Measures changes, and the work that two of them share, in lines with letters or digits, without white space, by file. Pure. */
import { isProductPath } from "../../../domain/filePaths.ts"
import type { Likeness, PullRequestEvidence, Work } from "../../../domain/IssueEvidence.ts"
import type { Change, FileChange } from "./changes.ts"

/** Lines of brackets and the like do not count. */
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

interface CountedLines {
  readonly count: number
  readonly isProduct: boolean
}
type LineCounts = ReadonlyMap<string, CountedLines>

const pathOf = ({ after, before }: FileChange): string => after ?? before ?? ""

/** How often a change has each line, by file and sign; undefined if some lines of product code are not known. Moved lines do not count. */
const countLines = (change: Change): LineCounts | undefined => {
  const counts = new Map<string, CountedLines>()
  const [added, removed] = [new Map<string, number>(), new Map<string, number>()]
  for (const file of change)
    for (const line of file.lines ?? []) {
      const side = line.startsWith("+") ? added : line.startsWith("-") ? removed : undefined
      side?.set(line.slice(1), (side.get(line.slice(1)) ?? 0) + 1)
    }
  const moved = { "+": new Map<string, number>(), "-": new Map<string, number>() }
  for (const [text, count] of added) for (const sign of ["+", "-"] as const) moved[sign].set(text, Math.min(count, removed.get(text) ?? 0))
  for (const file of change) {
    const path = pathOf(file)
    const isOfProgram = isProductPath(path)
    if (file.lines === undefined) {
      if (isOfProgram) return undefined
      continue
    }
    for (const line of file.lines) {
      const sign = line.charAt(0)
      if ((sign !== "+" && sign !== "-") || !LETTER_OR_DIGIT.test(line)) continue
      const still = moved[sign].get(line.slice(1)) ?? 0
      if (still > 0) {
        moved[sign].set(line.slice(1), still - 1)
        continue
      }
      const key = `${path}\n${line}`
      counts.set(key, { count: (counts.get(key)?.count ?? 0) + 1, isProduct: isOfProgram })
    }
  }
  return counts
}

const sum = (counts: Iterable<CountedLines>): Work => {
  let [lines, product] = [0, 0]
  for (const { count, isProduct: is } of counts) {
    lines += count
    if (is) product += count
  }
  return { lines, product }
}

const workOf = (counts: LineCounts): Work => sum(counts.values())

const sharedBy = (one: LineCounts, other: LineCounts): Work =>
  sum([...one].map(([key, { count, isProduct: is }]) => ({ count: Math.min(count, other.get(key)?.count ?? 0), isProduct: is })))

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
      return shared === undefined || shared.lines === 0 ? [] : [{ pullRequest: id, with: other.id, ...shared }]
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
