/** What must be known of the past to apply a block. It stays in memory between calls, and can be read from the tables at any block. */
import type { OutcomeChoice, PairVote } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { History } from "../ratings.ts"
import type { Issue, Miner, Validator } from "./stored.ts"

export interface Cursor {
  readonly number: number
  readonly hash: string
}

/** The contract's settings that decide what follows from an event. */
export interface Settings {
  readonly roundLength: number
  readonly treasuryHotkey: AccountAddress
}

export type Pair = Pick<PairVote, "a" | "b">

interface AnyVote {
  readonly block: number
  readonly event: number
  readonly issue: number
  readonly competition: number | null
  readonly validator: AccountAddress
  readonly weight: bigint
  readonly totalWeight: bigint
  readonly end: VoteEnd | null
}

/** A validator's vote. */
export type Vote =
  | (AnyVote & { readonly kind: "pair"; readonly round: number; readonly choice: Pair })
  | (AnyVote & { readonly kind: "outcome"; readonly choice: OutcomeChoice })

/** When and why a vote stopped to count, and whether it was for what passed; null: nothing did. */
export interface VoteEnd {
  readonly at: number
  readonly by: "replaced" | "withdrawn" | "passed" | "lapsed"
  readonly inPassingTally: boolean | null
}

/** When the length of rounds changes, numbers may come again, blocks do not. */
export interface Round {
  readonly number: number
  readonly start: number
}

/** The round that runs at a block. */
export const roundAt = (block: number, { roundLength }: Settings): Round => {
  const number = Math.floor(block / roundLength)
  return { number, start: number * roundLength }
}

/** Mutable on purpose: whoever fails in between throws it away. */
export interface State {
  cursor: Cursor | null
  settings: Settings | null
  /** The round whose pair votes count. */
  round: Round | null
  /** The latest block at which everybody was rated. */
  ratedAt: number | null
  readonly issues: Map<number, Issue>
  readonly history: History
  /** The votes that count now, by their issue, the oldest first. */
  readonly votes: Map<number, ReadonlyArray<Vote>>
  readonly miners: Map<string, Miner>
  readonly validators: Map<string, Validator>
}
