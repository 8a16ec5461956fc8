/** A miner's decisions: which issues it enrols for, which validators it tells, and how it competes. */
import type { MilliPoints } from "../../../src/elo/expectedScore.ts"
import type { Random } from "../random.ts"

/** The person behind one or more hotkeys. */
export interface Person {
  /** Counts from 0. */
  readonly index: number
  readonly skill: MilliPoints
  /** Members of a cartel share a number; null for a miner on its own. */
  readonly cartel: number | null
  readonly strategy: MinerStrategy
}

/** An open issue as a miner sees it in the contract. */
export interface Offer {
  readonly issue: number
  /** In rao. */
  readonly bounty: bigint
}

/** What a miner knows at the start of a round. */
export interface MinerView {
  readonly round: number
  readonly self: Person
  /** Issues that wait for a pair, in order of id. */
  readonly offers: ReadonlyArray<Offer>
  /** The miner's own choices that are still valid, by issue. */
  readonly ownChoices: ReadonlyMap<number, Wish["choice"]>
  /** Whether it is in a competition. */
  readonly competes: boolean
  /** The number of validators. */
  readonly validators: number
  readonly random: Random
}

/** A choice for one issue that the miner will sign. */
export interface Wish {
  readonly issue: number
  readonly choice: "enrol" | "skip"
  /** The validators to post to, by number. Defaults to all. */
  readonly to?: ReadonlyArray<number>
  /** Posts in the last attesting blocks instead of before the round. */
  readonly late?: boolean
}

/** How a miner competes: at its best, not at all (to lose, or to hold the issue), or with a pull request before submissions are allowed. */
export type Effort = "full" | "none" | "early"

export interface MinerStrategy {
  readonly name: string
  readonly wishes: (view: MinerView) => ReadonlyArray<Wish>
  readonly effort: (match: { readonly self: Person; readonly opponent: Person; readonly random: Random }) => Effort
  /** Whether it replaces its hotkey this round, under the same coldkey or a new one. */
  readonly swaps?: (view: MinerView) => "no" | "same coldkey" | "new coldkey"
}
