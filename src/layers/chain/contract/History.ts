/**
 * Remembers final facts that need no second read: paid or cancelled issues, and competitions that can no longer change. All of them can be read from
 * the chain again, so a deletion only makes the next read longer.
 */
import type { Issue, Competition as StoredCompetition } from "../../../contract-client/generated.ts"
import type { Competition } from "../../../domain/Competition.ts"
import type { FoundRecords, Head, WantedIds } from "./Source.ts"

interface Settled {
  /** The block at which it ended. Every later block shows it unchanged. */
  readonly end: number
  /** Undefined once it is too old for memory. */
  readonly competition: Competition | undefined
}

/** Ids requested beyond the known ones, so that the same request returns new ones. */
const NEW_ISSUES = 32
const NEW_COMPETITIONS = 64
/** Ids requested before any count is known. Each costs a hash here and a lookup at the node. A larger contract takes one more request, once. */
const FIRST_ISSUES = 800
const FIRST_COMPETITIONS = 1_600

export const isClosed = ({ status }: Issue): boolean => status._tag === "Paid" || status._tag === "Cancelled"

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)

export class History {
  /** The lowest block at which each closed issue was seen closed. */
  private readonly closed = new Map<number, number>()
  private readonly settled = new Map<number, Settled>()
  private counts = { issues: 0, competitions: 0 }
  /** Whether the counts were ever read: a contract without issues has zeros too. */
  private areCounted = false
  /** Competitions that ended at or before this block are not kept. */
  private keptAfter = 0

  constructor(private readonly toDomain: (stored: StoredCompetition) => Competition) {}

  /** Drops the ids that were final at a block already; the rest must be read. */
  open({ issues, competitions }: WantedIds, at: number): WantedIds {
    return {
      issues: issues.filter((id) => (this.closed.get(id) ?? at + 1) > at),
      competitions: competitions.filter((id) => (this.settled.get(id)?.end ?? at + 1) > at)
    }
  }

  /** The ids to request at a block before its counts are known. */
  guess(at: number): WantedIds {
    const { issues, competitions } = this.counts
    return this.open(
      {
        issues: range(1, this.areCounted ? issues + NEW_ISSUES : FIRST_ISSUES),
        competitions: range(1, this.areCounted ? competitions + NEW_COMPETITIONS : FIRST_COMPETITIONS)
      },
      at
    )
  }

  /** The existing ids, by the counts, that the guess lacks. */
  beyond(guess: WantedIds, { issueCount, competitionCount }: Pick<Head, "issueCount" | "competitionCount">, at: number): WantedIds {
    const [issues, competitions] = [new Set(guess.issues), new Set(guess.competitions)]
    const all = this.open({ issues: range(1, issueCount), competitions: range(1, competitionCount) }, at)
    return { issues: all.issues.filter((id) => !issues.has(id)), competitions: all.competitions.filter((id) => !competitions.has(id)) }
  }

  /** Remembers the final facts at a finalised block. */
  learn(
    { issues, competitions }: FoundRecords,
    { issueCount, competitionCount }: Pick<Head, "issueCount" | "competitionCount">,
    at: number
  ): void {
    this.counts = { issues: Math.max(this.counts.issues, issueCount), competitions: Math.max(this.counts.competitions, competitionCount) }
    this.areCounted = true
    for (const issue of issues) if (isClosed(issue)) this.closed.set(issue.id, Math.min(at, this.closed.get(issue.id) ?? at))
    for (const stored of competitions) {
      const { status } = stored
      // The time of a win matters until its bounty is paid.
      if (status._tag === "Running" || (status._tag === "Won" && (this.closed.get(stored.issue) ?? at + 1) > at)) continue
      this.settled.set(stored.id, { end: status.at, competition: status.at > this.keptAfter ? this.toDomain(stored) : undefined })
    }
  }

  /** The final competitions that ended in (after, at]. `forgotten`: the ids of those no longer in memory. */
  endedIn(after: number, at: number): { readonly known: ReadonlyArray<Competition>; readonly forgotten: ReadonlyArray<number> } {
    const ended = [...this.settled].filter(([, { end }]) => end > after && end <= at)
    return {
      known: ended.flatMap(([, { competition }]) => competition ?? []),
      forgotten: ended.flatMap(([id, { competition }]) => (competition === undefined ? [id] : []))
    }
  }

  /** Drops competitions that ended at or before this block from memory. */
  forgetBefore(block: number): void {
    if (block <= this.keptAfter) return
    this.keptAfter = block
    for (const [id, { end, competition }] of this.settled)
      if (competition !== undefined && end <= block) this.settled.set(id, { end, competition: undefined })
  }
}
