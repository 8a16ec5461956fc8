/** What is read of the contract for a round, in few requests; cells.ts reads its storage, views.ts asks its messages. Both answer the same. */
import type { Effect } from "effect"
import type { Collateral, Competition, ContractConfig, Issue, OutcomeVote, PairVote } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { BlockReference } from "../chain/BlockReference.ts"
import type { ReadError } from "./errors.ts"

export interface WhitelistedValidator {
  readonly hotkey: AccountAddress
  readonly coldkeys: ReadonlyArray<AccountAddress>
}

/** Ids of things to read; those that there are not are left out of the answer. */
export interface Wanted {
  readonly issues: ReadonlyArray<number>
  readonly competitions: ReadonlyArray<number>
}

export interface Found {
  readonly issues: ReadonlyArray<Issue>
  readonly competitions: ReadonlyArray<Competition>
}

/** The contract's settings, whitelist and counts at a block. */
export interface Head {
  readonly config: ContractConfig
  readonly validators: ReadonlyArray<WhitelistedValidator>
  /** How many there have ever been: the highest id. */
  readonly issueCount: number
  readonly competitionCount: number
}

/** The majority's bitmaps on an issue: UID u is bit u % 8, lowest first, of byte u / 8. */
export interface Majority {
  readonly enrolled: Uint8Array
  readonly skipped: Uint8Array
}

export type Miner = readonly [hotkey: AccountAddress, coldkey: AccountAddress]

/** `E`: how this way of reading can fail beside. */
export interface Source<E = never> {
  /** The head, and what was guessed to be wanted with it. */
  readonly head: (guess: Wanted, at: BlockReference) => Effect.Effect<{ readonly head: Head; readonly found: Found }, ReadError | E>
  readonly more: (wanted: Wanted, at: BlockReference) => Effect.Effect<Found, ReadError | E>
  /** The majority of this round's attestations by issue, and what these miners have deposited, in their order. */
  readonly attested: (
    issues: ReadonlyArray<number>,
    miners: ReadonlyArray<Miner>,
    at: BlockReference
  ) => Effect.Effect<{ readonly majorities: ReadonlyMap<number, Majority>; readonly collateral: ReadonlyArray<Collateral> }, ReadError | E>
  /** This round's votes of whitelisted validators for pairs, by issue. */
  readonly pairVotes: (
    issues: ReadonlyArray<number>,
    at: BlockReference
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<PairVote>>, ReadError | E>
  /** The votes of whitelisted validators on how issues ended, by issue. */
  readonly outcomeVotes: (
    issues: ReadonlyArray<number>,
    at: BlockReference
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<OutcomeVote>>, ReadError | E>
}
