/** The reads of the contract that a round needs. */
import type { Effect } from "effect"
import type { CountedAttestation, Majority } from "../../../contract-client/attested.ts"
import type {
  Collateral,
  Competition,
  ContractConfig,
  Issue,
  PairVote,
  PendingChange,
  Validator
} from "../../../contract-client/generated.ts"
import type { CastVote } from "../../../contract-client/readings.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import type { ReadError } from "./errors.ts"

/** Ids to read; the answer leaves out those that do not exist. */
export interface WantedIds {
  readonly issues: ReadonlyArray<number>
  readonly competitions: ReadonlyArray<number>
}

export interface FoundRecords {
  readonly issues: ReadonlyArray<Issue>
  readonly competitions: ReadonlyArray<Competition>
}

/** The contract's settings, whitelist, announced changes and counts at a block. */
export interface Head {
  readonly config: ContractConfig
  readonly validators: ReadonlyArray<Validator>
  /** Announced changes but for code; null where one is of a kind that only a later edition has. */
  readonly changes: ReadonlyArray<PendingChange> | null
  /** Issues ever registered, which is the highest id; likewise for competitions. */
  readonly issueCount: number
  readonly competitionCount: number
}

export type Miner = readonly [hotkey: AccountAddress, coldkey: AccountAddress]

export interface Source {
  /** The head, and those of the guessed ids that exist. A source may ignore the guess. */
  readonly head: (guess: WantedIds, at: BlockReference) => Effect.Effect<{ readonly head: Head; readonly found: FoundRecords }, ReadError>
  readonly more: (wanted: WantedIds, at: BlockReference) => Effect.Effect<FoundRecords, ReadError>
  /** The validators' attestations that count in this round, by issue. */
  readonly attestations: (
    issues: ReadonlyArray<number>,
    at: BlockReference
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<CountedAttestation>>, ReadError>
  /** For each issue, the miners that a majority attests in this round, and these miners' deposits in the same order. */
  readonly attested: (
    issues: ReadonlyArray<number>,
    miners: ReadonlyArray<Miner>,
    at: BlockReference
  ) => Effect.Effect<{ readonly majorities: ReadonlyMap<number, Majority>; readonly collateral: ReadonlyArray<Collateral> }, ReadError>
  /** This round's pair votes of whitelisted validators, by issue. */
  readonly pairVotes: (
    issues: ReadonlyArray<number>,
    at: BlockReference
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<PairVote>>, ReadError>
  /** The outcome votes of whitelisted validators, by issue. */
  readonly outcomeVotes: (
    issues: ReadonlyArray<number>,
    at: BlockReference
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<CastVote>>, ReadError>
}
