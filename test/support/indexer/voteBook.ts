/** The fate of every vote, derived from messages and their results. The index derives the same from events. */

import type { State } from "../../../lab/contract-model/State.ts"
import { counts } from "../../../lab/contract-model/weights.ts"
import type { Competition, Issue, MessageArguments } from "../../../src/contract-client/generated.ts"
import type { Json } from "../../../src/dashboard/indexer/blockContents.ts"
import { toJson } from "../../../src/dashboard/indexer/json.ts"
import { least, most } from "../../../src/domain/Amount.ts"

export interface Noted {
  readonly block: number
  readonly event: number
  readonly kind: "pair" | "outcome"
  readonly issue: number
  readonly validator: string
  readonly choice: Json
  readonly since: number
  cast_weight: string | null
  competition: number | null
  weight: string | null
  total_weight: string | null
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
  /** The state with the stakes noted after it. A replaced vote has the weight noted before. */
  readonly state: State
}

const same = (left: Json, right: Json) => JSON.stringify(left) === JSON.stringify(right)

const sum = (amounts: ReadonlyArray<bigint>): bigint => amounts.reduce((all, amount) => all + amount, 0n)

const notedOf = ({ validators }: State, hotkey: string) =>
  validators.find((validator) => validator.hotkey === hotkey)?.noted ?? { day: 0n, since: 0n }

/** The weight of a vote in a block by the noted stakes, at most what it weighed when it was cast, and the total. */
const weighed = (state: State, { cast_weight: cast, validator }: Noted, block: number) => {
  const { validators } = state
  const listed = validators.find(({ hotkey }) => hotkey === validator)
  const noted = listed !== undefined && counts(state, block, listed.hotkey, block) ? listed.noted : { day: 0n, since: 0n }
  const [before, day] = [sum(validators.map((one) => one.noted.before)), sum(validators.map((one) => one.noted.day))]
  return {
    weight: least(least(noted.day, noted.since), cast === null ? noted.day : BigInt(cast)).toString(),
    total_weight: most(before, day).toString()
  }
}

/** The settled choice. */
const settledChoice = (after: Issue | undefined, competition: Competition | undefined): Json => {
  if (after?.status._tag === "Cancelled") return toJson({ _tag: "Cancelled", reason: after.status.value })
  if (competition === undefined) return null
  const { a, b, status } = competition
  if (status._tag === "Won")
    return toJson({ _tag: "Solved", hotkey: (status.winner === 0 ? a : b).hotkey, pullRequest: status.pullRequest })
  return status._tag === "Unsolved" ? toJson({ _tag: "Unsolved", slashA: status.slashA, slashB: status.slashB }) : { _tag: "Dissolved" }
}

export class VoteBook {
  readonly votes: Array<Noted> = []

  constructor(private state: State) {}

  private end(at: number, by: string, tally: (vote: Noted) => boolean | null, which: (vote: Noted) => boolean): void {
    for (const vote of this.votes) {
      if (vote.ended_at !== null || !which(vote)) continue
      Object.assign(vote, weighed(this.state, vote, at), { ended_at: at, ended_by: by, in_passing_tally: tally(vote) })
    }
  }

  /** Stakes were noted, or the whitelist changed. */
  noted(state: State): void {
    this.state = state
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

  votedPair({ after, block, caller, event, state }: AcceptedMessage, { a, b, issue }: MessageArguments<"votePair">, sorted: boolean): void {
    const choice = toJson(sorted ? { a, b } : { a: b, b: a })
    this.cast({ block, event, kind: "pair", issue, validator: caller, choice, since: block, cast_weight: null, competition: null })
    this.noted(state)
    if (after?.status._tag !== "Competing") return
    const passed = (vote: Noted) => vote.kind === "pair" && vote.issue === issue && vote.ended_at === null
    for (const vote of this.votes.filter(passed)) vote.competition = after.competition
    this.end(block, "passed", (vote) => same(vote.choice, choice), passed)
    this.lapse(block, issue, "outcome")
  }

  votedOutcome({ before, block, caller, event, state }: AcceptedMessage, { choice: said, issue }: MessageArguments<"voteOutcome">): void {
    const choice = toJson(said)
    const earlier = this.votes.find(
      (vote) =>
        vote.kind === "outcome" && vote.issue === issue && vote.validator === caller && vote.ended_at === null && same(vote.choice, choice)
    )
    const { day, since: noted } = notedOf(state, caller)
    const cast = earlier ?? { since: block, cast_weight: least(day, noted).toString() }
    const { since, cast_weight } = cast
    this.cast({
      block,
      event,
      kind: "outcome",
      issue,
      validator: caller,
      choice,
      since,
      cast_weight,
      competition: before?.competition ?? null
    })
  }

  settled({ after, block, state }: AcceptedMessage, issue: number, competition: Competition | undefined): void {
    this.noted(state)
    const choice = settledChoice(after, competition)
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

  /** These validators are listed anew: what they voted before is nobody's. */
  listed(block: number, hotkeys: ReadonlyArray<string>): void {
    this.end(
      block,
      "lapsed",
      () => null,
      ({ validator }) => hotkeys.includes(validator)
    )
  }

  /** A block ends. Its votes that do not stand then have no cell, so nobody reads what they weighed when they were cast. */
  closed(block: number, stands: (vote: Noted) => boolean): void {
    for (const vote of this.votes) if (vote.since === block && !stands(vote)) vote.cast_weight = null
  }

  private cast(vote: Omit<Noted, "weight" | "total_weight" | "ended_at" | "ended_by" | "in_passing_tally">): void {
    this.end(
      vote.block,
      "replaced",
      () => false,
      ({ issue, kind, validator }) => issue === vote.issue && kind === vote.kind && validator === vote.validator
    )
    this.votes.push({ ...vote, weight: null, total_weight: null, ended_at: null, ended_by: null, in_passing_tally: null })
  }
}
