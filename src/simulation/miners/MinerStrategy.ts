/** What a miner may do: for which issues it enrols, where it says so, and what it does in a competition. */
import type { MilliPoints } from "../../elo/expectedScore.ts"
import type { Random } from "../random.ts"

/** The one behind hotkeys. */
export interface Person {
  /** Counts from 0. */
  readonly index: number
  readonly skill: MilliPoints
  /** Those who play together have the same number; null: plays alone. */
  readonly cartel: number | null
  readonly strategy: MinerStrategy
}

/** An issue as a miner sees it in the contract. */
export interface Offer {
  readonly issue: number
  /** In rao. */
  readonly bounty: bigint
}

/** What a miner knows when a round begins. */
export interface MinerView {
  readonly round: number
  readonly self: Person
  /** Those that wait for a pair, in order of id. */
  readonly offers: ReadonlyArray<Offer>
  /** The issues for which it has said something that still counts, and what. */
  readonly standing: ReadonlyMap<number, Wish["choice"]>
  /** Whether it is in a competition. */
  readonly competes: boolean
  /** How many validators there are. */
  readonly validators: number
  readonly random: Random
}

/** A signed wish for one issue. */
export interface Wish {
  readonly issue: number
  readonly choice: "enrol" | "skip"
  /** The validators that it posts to, by number; all where it is not said. */
  readonly to?: ReadonlyArray<number>
  /** Posts it in the last attesting blocks instead of before the round. */
  readonly late?: boolean
}

/** What it does in a competition: its best, nothing (to lose, or to hold the issue), or a pull request before submissions are allowed. */
export type Effort = "full" | "none" | "early"

export interface MinerStrategy {
  readonly name: string
  readonly wishes: (view: MinerView) => ReadonlyArray<Wish>
  readonly effort: (match: { readonly self: Person; readonly opponent: Person; readonly random: Random }) => Effort
  /** Whether it leaves its hotkey at this round and registers another one, under the same coldkey or a new one. */
  readonly swaps?: (view: MinerView) => "no" | "same coldkey" | "new coldkey"
}
