/** The state that applying a block needs. It stays in memory between calls and can be loaded from the tables. */
import type { OutcomeChoice, PairVote } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { History } from "../ratings.ts"
import type { Issue, Miner, Validator } from "./stored.ts"

export interface Cursor {
  readonly number: number
  readonly hash: string
}

/** The contract's settings that affect how events are applied. */
export interface ContractSettings {
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
  /** The block since which the validator's vote is unchanged. */
  readonly since: number
  readonly end: VoteEnd | null
}

/** `cast`: what a vote on an end weighed when it was cast. It never weighs more; null: no limit. */
export type Vote =
  | (AnyVote & { readonly kind: "pair"; readonly round: number; readonly choice: Pair })
  | (AnyVote & { readonly kind: "outcome"; readonly choice: OutcomeChoice; readonly cast: bigint | null })

/** When and why a vote stopped counting, its weight and the total weight then, and whether it was for the choice that passed (null: none passed). */
export interface VoteEnd {
  readonly at: number
  readonly weight: bigint
  readonly totalWeight: bigint
  readonly by: "replaced" | "withdrawn" | "passed" | "lapsed"
  readonly inPassingTally: boolean | null
}

/** A round, identified by number and first block: after a change of the round length, numbers may repeat. */
export interface Round {
  readonly number: number
  readonly start: number
}

export const roundAt = (block: number, { roundLength }: ContractSettings): Round => {
  const number = Math.floor(block / roundLength)
  return { number, start: number * roundLength }
}

/** An announced removal of a validator: in these blocks, its votes count nowhere. */
export interface Removal {
  readonly hotkey: AccountAddress
  readonly appliesFrom: number
  readonly appliesUntil: number
}

/** Mutable on purpose. A failed transaction discards the state. */
export interface State {
  cursor: Cursor | null
  settings: ContractSettings | null
  /** The round whose pair votes count. */
  round: Round | null
  /** The latest block at which all miners were rated. */
  ratedAt: number | null
  readonly issues: Map<number, Issue>
  /** Whether the contract is wound up. Later events on a subnet with its netuid belong to another subnet. */
  woundUp: boolean
  readonly history: History
  /** Counting votes by issue, oldest first. */
  readonly votes: Map<number, ReadonlyArray<Vote>>
  readonly miners: Map<string, Miner>
  /** Whitelisted validators come in the whitelist's order. */
  readonly validators: Map<string, Validator>
  /** Those that wait, by change. */
  readonly removals: Map<number, Removal>
}
