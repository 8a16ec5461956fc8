/**
 * What one finalised block says that the database wants to know: read from its body and its events (`read/`), written as rows (`apply/`). Facts only: nothing
 * here depends on another block.
 */
import type { ContractEvent } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"

/** What jsonb columns hold: amounts as decimal strings of rao, bytes as 0x-hex. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** One call of the contract; a batch or a proxy may hold several in one extrinsic, or one deep inside. */
export interface CallFact {
  readonly extrinsic: number
  /** Which of the extrinsic's calls of the contract, from 0. */
  readonly position: number
  readonly extrinsicHash: string
  readonly signer: AccountAddress | null
  /** As the contract names it ("register_issue"), "new" for its creation, null where the bytes name none. */
  readonly message: string | null
  readonly arguments: Json
  /** null: it took effect. Else the chain's words for why not ("Contracts.ContractReverted"). */
  readonly error: string | null
  /** What the whole extrinsic cost, in rao of TAO, with its first call; 0 with the others. */
  readonly fee: bigint
}

/** An event of a later version of the contract, kept as it is. */
export interface UnknownEvent {
  readonly _tag: "Unknown"
  readonly topics: ReadonlyArray<string>
  readonly data: string
}

export interface EventFact {
  /** Which of the block's events. */
  readonly index: number
  readonly event: ContractEvent | UnknownEvent
  readonly extrinsic: number | null
  /** Which of that extrinsic's calls caused it; null where the chain does not say. */
  readonly callPosition: number | null
}

/** A hotkey got a UID of the subnet. The first block that is read says it of every neuron that was there then; a swapped hotkey keeps UID and registration. */
export interface RegistrationFact {
  readonly uid: number
  readonly hotkey: AccountAddress
  /** The coldkey that owns the hotkey at the end of the block, where the chain says it. */
  readonly coldkey: AccountAddress | null
  /** The block of the registration. */
  readonly registeredAt: number
}

/** A hotkey committed a text on the subnet. */
export interface CommitmentFact {
  readonly extrinsic: number
  readonly account: AccountAddress
  readonly text: string
}

/** A hotkey set weights on the subnet. */
export interface WeightsFact {
  readonly extrinsic: number
  readonly validator: AccountAddress
  /** [UID, value], rising by UID. */
  readonly values: ReadonlyArray<readonly [number, number]>
  readonly versionKey: bigint
}

export interface BlockFacts {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  /** The chain's own clock, in milliseconds since 1970. */
  readonly time: number
  readonly calls: ReadonlyArray<CallFact>
  readonly events: ReadonlyArray<EventFact>
  readonly registrations: ReadonlyArray<RegistrationFact>
  readonly commitments: ReadonlyArray<CommitmentFact>
  readonly weights: ReadonlyArray<WeightsFact>
}
