/**
 * What is final and so need not be read again: issues that are paid or cancelled, and competitions that nothing can change any more. All of it
 * can be read from the chain again; deleting it changes nothing but the length of the next read.
 */
import type { Issue, Competition as StoredCompetition } from "../../contract-client/generated.ts"
import { type Competition, endedAt } from "../../domain/Competition.ts"
import type { FinalFacts } from "../store/CompetitionArchive.ts"
import type { Found, Head, Wanted } from "./Source.ts"

interface Settled {
  /** The block of its end: from there on every block shows it as it is here. */
  readonly end: number
  /** Nothing once it is too old for anyone to ask. */
  readonly competition: Competition | undefined
}

/** How many ids beyond the known ones are asked for, so that new ones come with the same request; the first time, how many there may be. */
const NEW_ISSUES = 32
const NEW_COMPETITIONS = 64
const FIRST_ISSUES = 1_500
const FIRST_COMPETITIONS = 3_400

export const isClosed = ({ status }: Issue): boolean => status._tag === "Paid" || status._tag === "Cancelled"

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)

export class History {
  /** The lowest block at which each closed issue was seen closed. */
  private readonly closed = new Map<number, number>()
  private readonly settled = new Map<number, Settled>()
  private counts = { issues: 0, competitions: 0 }
  /** Competitions that ended at or before this block are not kept. */
  private keptAfter = 0

  constructor(private readonly toDomain: (stored: StoredCompetition) => Competition) {}

  /** What of these ids must be read to know how things stand at a block. */
  open({ issues, competitions }: Wanted, at: number): Wanted {
    return {
      issues: issues.filter((id) => (this.closed.get(id) ?? at + 1) > at),
      competitions: competitions.filter((id) => (this.settled.get(id)?.end ?? at + 1) > at)
    }
  }

  /** What is probably wanted at a block, before its counts are known. */
  guess(at: number): Wanted {
    const { issues, competitions } = this.counts
    return this.open(
      {
        issues: range(1, issues === 0 ? FIRST_ISSUES : issues + NEW_ISSUES),
        competitions: range(1, issues === 0 ? FIRST_COMPETITIONS : competitions + NEW_COMPETITIONS)
      },
      at
    )
  }

  /** What the counts say there is beyond a guess. */
  beyond(guess: Wanted, { issueCount, competitionCount }: Pick<Head, "issueCount" | "competitionCount">, at: number): Wanted {
    const [issues, competitions] = [new Set(guess.issues), new Set(guess.competitions)]
    const all = this.open({ issues: range(1, issueCount), competitions: range(1, competitionCount) }, at)
    return { issues: all.issues.filter((id) => !issues.has(id)), competitions: all.competitions.filter((id) => !competitions.has(id)) }
  }

  /** Adds what an earlier process learned. */
  restore({ competitions, closedIssues, counts }: FinalFacts): void {
    this.raiseCounts(counts)
    for (const { id, block } of closedIssues) this.closed.set(id, Math.min(block, this.closed.get(id) ?? block))
    for (const competition of competitions) {
      const end = endedAt(competition)
      if (end !== null && !this.settled.has(competition.id)) this.settled.set(competition.id, { end, competition })
    }
  }

  private raiseCounts({ issues, competitions }: FinalFacts["counts"]): void {
    this.counts = { issues: Math.max(this.counts.issues, issues), competitions: Math.max(this.counts.competitions, competitions) }
  }

  /** Remembers what a finalised block shows as final. Returns what is new. */
  learn({ issues, competitions }: Found, head: Pick<Head, "issueCount" | "competitionCount">, at: number): FinalFacts {
    this.raiseCounts({ issues: head.issueCount, competitions: head.competitionCount })
    const closed = issues.filter((issue) => isClosed(issue) && (this.closed.get(issue.id) ?? at + 1) > at)
    for (const { id } of closed) this.closed.set(id, at)
    const settled: Array<Competition> = []
    for (const stored of competitions) {
      const { status } = stored
      // A verdict can be reverted until its bounty is paid.
      if (status._tag === "Running" || (status._tag === "Won" && (this.closed.get(stored.issue) ?? at + 1) > at)) continue
      const competition = this.toDomain(stored)
      if (!this.settled.has(stored.id)) settled.push(competition)
      this.settled.set(stored.id, { end: status.at, competition: status.at > this.keptAfter ? competition : undefined })
    }
    return { competitions: settled, closedIssues: closed.map(({ id }) => ({ id, block: at })), counts: this.counts }
  }

  /** The competitions that are final and ended in (after, at], and the ids of those among them that are not kept any more. */
  endedIn(after: number, at: number): { readonly known: ReadonlyArray<Competition>; readonly forgotten: ReadonlyArray<number> } {
    const ended = [...this.settled].filter(([, { end }]) => end > after && end <= at)
    return {
      known: ended.flatMap(([, { competition }]) => competition ?? []),
      forgotten: ended.flatMap(([id, { competition }]) => (competition === undefined ? [id] : []))
    }
  }

  /** Drops competitions that ended at or before this block: nobody will ask for them soon. */
  forgetBefore(block: number): void {
    if (block <= this.keptAfter) return
    this.keptAfter = block
    for (const [id, { end, competition }] of this.settled)
      if (competition !== undefined && end <= block) this.settled.set(id, { end, competition: undefined })
  }
}
