/** What becomes of every vote, derived from messages and their results. The index derives the same from events. */
import type { Issue, MessageArguments } from "../../../src/contract-client/generated.ts"
import type { Json } from "../../../src/dashboard/indexer/facts.ts"
import { toJson } from "../../../src/dashboard/indexer/json.ts"

export interface Noted {
  readonly block: number
  readonly event: number
  readonly kind: "pair" | "outcome"
  readonly issue: number
  readonly validator: string
  readonly choice: Json
  competition: number | null
  ended_at: number | null
  ended_by: string | null
  in_passing_tally: boolean | null
}

/** A successful message, with the index of its vote's event and the issue before and after it. */
export interface AcceptedMessage {
  readonly block: number
  readonly caller: string
  readonly name: string
  readonly event: number
  readonly before: Issue | undefined
  readonly after: Issue | undefined
}

const same = (left: Json, right: Json) => JSON.stringify(left) === JSON.stringify(right)

export class VoteBook {
  readonly votes: Array<Noted> = []

  private end(at: number, by: string, tally: (vote: Noted) => boolean | null, which: (vote: Noted) => boolean): void {
    for (const vote of this.votes) {
      if (vote.ended_at === null && which(vote)) Object.assign(vote, { ended_at: at, ended_by: by, in_passing_tally: tally(vote) })
    }
  }

  /** A new round starts. */
  newRound(block: number): void {
    this.end(
      block,
      "lapsed",
      () => null,
      ({ kind }) => kind === "pair"
    )
  }

  votedPair({ after, block, caller, event }: AcceptedMessage, { a, b, issue }: MessageArguments<"votePair">, sorted: boolean): void {
    const choice = toJson(sorted ? { a, b } : { a: b, b: a })
    this.cast({ block, event, kind: "pair", issue, validator: caller, choice, competition: null })
    if (after?.status._tag !== "Competing") return
    const passed = (vote: Noted) => vote.kind === "pair" && vote.issue === issue && vote.ended_at === null
    for (const vote of this.votes.filter(passed)) vote.competition = after.competition
    this.end(block, "passed", (vote) => same(vote.choice, choice), passed)
    this.lapse(block, issue, "outcome")
  }

  votedOutcome({ after, before, block, caller, event }: AcceptedMessage, { choice: said, issue }: MessageArguments<"voteOutcome">): void {
    const choice = toJson(said)
    this.cast({ block, event, kind: "outcome", issue, validator: caller, choice, competition: before?.competition ?? null })
    const standing = (issue: Issue | undefined) => JSON.stringify([issue?.status._tag, issue?.payTo, issue?.waiting ?? null])
    if (standing(after) === standing(before)) return
    this.end(
      block,
      "passed",
      (vote) => same(vote.choice, choice),
      (vote) => vote.kind === "outcome" && vote.issue === issue
    )
    if (after?.status._tag === "Cancelled") this.lapse(block, issue, "pair")
  }

  withdrawn({ block, caller }: AcceptedMessage, issue: number): void {
    this.end(
      block,
      "withdrawn",
      () => false,
      (vote) => vote.kind === "outcome" && vote.issue === issue && vote.validator === caller
    )
  }

  lapse(block: number, issue: number, kind?: Noted["kind"]): void {
    this.end(
      block,
      "lapsed",
      () => null,
      (vote) => vote.issue === issue && (kind === undefined || vote.kind === kind)
    )
  }

  private cast(vote: Omit<Noted, "ended_at" | "ended_by" | "in_passing_tally">): void {
    this.end(
      vote.block,
      "replaced",
      () => false,
      ({ issue, kind, validator }) => issue === vote.issue && kind === vote.kind && validator === vote.validator
    )
    this.votes.push({ ...vote, ended_at: null, ended_by: null, in_passing_tally: null })
  }
}
