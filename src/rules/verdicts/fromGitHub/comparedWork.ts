/** Measures changes, and how much of each is in the others. Pure. */
import type { Likeness, PullRequestEvidence, Work } from "../../../domain/IssueEvidence.ts"
import { type Lines, sharedLines } from "../../text/alike.ts"
import { renamed } from "../../text/renamed.ts"
import { type ChangedLines, changedLines, hadIn, Vocabulary } from "./changedLines.ts"
import type { Change } from "./changes.ts"

/** The work of pull requests and pushed commits, and how much each pull request shares with the other pull requests and commits. */
export interface ComparedWork {
  readonly pullRequests: ReadonlyArray<PullRequestEvidence>
  /** By commit; undefined if it is not known. */
  readonly pushes: ReadonlyMap<string, Work | undefined>
  readonly likenesses: ReadonlyArray<Likeness>
}

/** Words of all changes that are looked for beyond whole lines, at most. It bounds the time, whatever strangers write. */
const MOST_SEARCHED = 4_000_000

/** The counts of lines of which some may be left out, without those that are as many as all. */
const counted = (all: ReadonlyArray<{ readonly isAlike: boolean }>, fresh: number): Work => {
  const [lines, written] = [all.length, all.filter(({ isAlike }) => !isAlike).length]
  return { lines, ...(written === lines ? {} : { written }), ...(fresh === lines ? {} : { fresh }) }
}

const workOf = ({ added, removed }: ChangedLines): Work =>
  counted([...added.all, ...removed.all], added.all.filter(({ isFresh }) => isFresh).length)

interface Measured {
  readonly id: number | string
  readonly lines: ChangedLines
  /** Whether it was merged or pushed, and whether it is or may be a competitor's. */
  readonly isLanded: boolean
  readonly isTheirs: boolean
  readonly authorId: number | null | undefined
}

const sizeOf = ({ lines: { added, removed } }: Measured): number =>
  [...added.words, ...removed.words].reduce((sum, { length }) => sum + length, 0)

/** How much of one change is in the other. `areIn`: for its lines, whether they are, and for the added ones, by the other's names. */
const likenessOf = (
  { id, lines: { added, removed } }: Measured,
  other: Measured,
  areIn: { readonly added: ReadonlyArray<boolean>; readonly removed: ReadonlyArray<boolean>; readonly renamed?: ReadonlyArray<boolean> }
): ReadonlyArray<Likeness> => {
  if (typeof id !== "number") return []
  const asItIs = added.all.filter((_, index) => areIn.added[index])
  const gone = removed.all.filter((_, index) => areIn.removed[index])
  const byNames = added.all.filter((_, index) => areIn.renamed?.[index])
  const isMore = byNames.length > asItIs.length
  const fresh = (isMore ? byNames : asItIs).filter(({ isFresh }) => isFresh).length
  const more = isMore ? { renamed: byNames.length + gone.length } : {}
  const all = [...asItIs, ...gone]
  return all.length === 0 && !isMore ? [] : [{ pullRequest: id, with: other.id, ...counted(all, fresh), ...more }]
}

/** What the comparison needs besides the changes. */
export interface Asked {
  /** The text. */
  readonly text: string
  /** The numbers of pull requests that are or may be competitors'. */
  readonly theirs: ReadonlySet<number>
}

/** Compares changes. `changes` and `pushed` are in the order of `pullRequests` and of `commits`; undefined where GitHub does not show the whole change. */
export const compareWork = (
  pullRequests: ReadonlyArray<PullRequestEvidence>,
  changes: ReadonlyArray<Change | undefined>,
  commits: ReadonlyArray<string>,
  pushed: ReadonlyArray<Change | undefined>,
  { text, theirs }: Asked = { text: "", theirs: new Set() }
): ComparedWork => {
  const vocabulary = new Vocabulary()
  const had = hadIn(text, vocabulary)
  const measured = (change: Change | undefined, about: Omit<Measured, "lines">): ReadonlyArray<Measured> => {
    const lines = change && changedLines(change, vocabulary, had)
    return lines === undefined ? [] : [{ ...about, lines }]
  }
  const all = [
    ...pullRequests.flatMap(({ authorId, mergedAt, number }, index) =>
      measured(changes[index], { id: number, isLanded: mergedAt !== null, isTheirs: theirs.has(number), authorId })
    ),
    ...commits.flatMap((id, index) => measured(pushed[index], { id, isLanded: true, isTheirs: false, authorId: undefined }))
  ]
  const isOthers = (one: Measured, other: Measured) => one.authorId === null || one.authorId !== other.authorId
  /** What a competitor's may have been carried by. */
  const mayCarry = (one: Measured, other: Measured) => one.isTheirs && other.isLanded && isOthers(one, other)
  const matters = ({ isLanded, isTheirs }: Measured) => isLanded || isTheirs
  const pairs = all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => (matters(one) || matters(other)) && !(typeof one.id === "string" && typeof other.id === "string"))
      .map((other) => ({ one, other, isFirst: mayCarry(one, other) || mayCarry(other, one) }))
  )
  let left = MOST_SEARCHED
  const likenesses = pairs
    .toSorted((a, b) => Number(b.isFirst) - Number(a.isFirst))
    .flatMap(({ one, other }) => {
      const isDeep = left > 0
      left -= sizeOf(one) + sizeOf(other)
      const added = sharedLines(one.lines.added.words, other.lines.added.words, isDeep)
      const removed = sharedLines(one.lines.removed.words, other.lines.removed.words, isDeep)
      const byNames = (some: Measured, others: Measured) => {
        if (!isDeep || !mayCarry(some, others)) return {}
        const names = (lines: Lines) => renamed(lines, others.lines.added.words, vocabulary.isName, vocabulary.size)
        return { renamed: sharedLines(names(some.lines.added.words), others.lines.added.words)[0] }
      }
      return [
        ...likenessOf(one, other, { added: added[0], removed: removed[0], ...byNames(one, other) }),
        ...likenessOf(other, one, { added: added[1], removed: removed[1], ...byNames(other, one) })
      ]
    })
  const workBy = (id: number | string) => {
    const lines = all.find((one) => one.id === id)?.lines
    return lines && workOf(lines)
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
