/**
 * The facts of one finalised block that the index needs. `read/` extracts them from the block's body and events; `apply/` turns them into rows. They are
 * independent of other blocks.
 */
import type { Cast, ContractEvent } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { SlotFields } from "../../domain/CommitmentSlot.ts"

/** The content of jsonb columns. Amounts are decimal strings in rao; bytes are 0x-prefixed hex. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** One contract call. With batches and proxies, an extrinsic may contain several, possibly nested. */
export interface IndexedCall {
  readonly extrinsic: number
  /** Index among the contract calls of its extrinsic, from 0. */
  readonly position: number
  readonly extrinsicHash: string
  readonly signer: AccountAddress | null
  /** The message's name ("register_issue"), "new" for the constructor, null for an unknown selector. */
  readonly message: string | null
  readonly arguments: Json
  /** Null if the call succeeded, else the chain's error ("Contracts.ContractReverted"). */
  readonly error: string | null
  /** The fee of the whole extrinsic in rao of TAO for its first call, 0 for the others. */
  readonly fee: bigint
  /** The reason for a bounty without request, from the remark after the registration; absent if there is none. */
  readonly withoutConsent?: string
}

/** An event of a later version of the contract, kept undecoded. */
export interface UnknownEvent {
  readonly _tag: "Unknown"
  readonly topics: ReadonlyArray<string>
  readonly data: string
}

export interface IndexedEvent {
  /** The event's index in its block. */
  readonly index: number
  readonly event: ContractEvent | UnknownEvent
  readonly extrinsic: number | null
  /** The call of that extrinsic that emitted the event; null: unknown. */
  readonly callPosition: number | null
}

/** A hotkey has a UID from this block on. The first indexed block reports all neurons. A swapped hotkey keeps UID and registration block. */
export interface IndexedRegistration {
  readonly uid: number
  readonly hotkey: AccountAddress
  /** The hotkey's owner at the end of the block, if known. */
  readonly coldkey: AccountAddress | null
  /** The block of the registration. */
  readonly registeredAt: number
}

/** A hotkey wrote its commitment on the subnet. */
export interface IndexedCommitment {
  readonly extrinsic: number
  readonly account: AccountAddress
  readonly fields: SlotFields
}

/** A hotkey's transaction about its weights on the subnet. */
export interface IndexedWeights {
  readonly extrinsic: number
  readonly validator: AccountAddress
  readonly kind: "set" | "commit" | "reveal"
  /** The chain's reason for a refusal; null if it accepted them. */
  readonly error: string | null
  /** [UID, value] pairs, ordered by UID; null if they are only committed. */
  readonly values: ReadonlyArray<readonly [number, number]> | null
  readonly versionKey: bigint | null
  /** BLAKE2b-256 of the values' JSON or of the committed bytes, or the committed hash. */
  readonly hash: string
}

/** What a vote on an issue's end weighed when it was cast, in the contract's cell at the end of the block. */
export interface IndexedCast extends Cast {
  readonly issue: number
}

export interface BlockContents {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  /** The chain's timestamp, in milliseconds since 1970. */
  readonly time: number
  readonly calls: ReadonlyArray<IndexedCall>
  readonly events: ReadonlyArray<IndexedEvent>
  readonly registrations: ReadonlyArray<IndexedRegistration>
  readonly commitments: ReadonlyArray<IndexedCommitment>
  readonly weights: ReadonlyArray<IndexedWeights>
  /** Of the votes on the ends on which this block voted. */
  readonly casts: ReadonlyArray<IndexedCast>
  /** Whether the contract's code was replaced. */
  readonly hasNewCode: boolean
}
