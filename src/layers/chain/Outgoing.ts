/**
 * What stands between a signed transaction and the chain. A validator's daemon writes each one down first and holds it back where another process
 * may be at work with the same hotkey; everybody else's leaves as it is.
 */
import { Context, Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Ballot } from "../store/Journal.ts"
import type { TransactionWithheld } from "./errors.ts"

/** A signed transaction that is about to be sent. */
export interface Leaving {
  readonly label: string
  readonly signer: AccountAddress
  readonly nonce: number
  /** 0x-hex. */
  readonly hash: string
}

/** The claimed vote that a transaction carries. */
export interface CarriedVote {
  readonly ballot: Ballot
  readonly choice: string
}

export interface OutgoingService {
  /** Asked before a transaction leaves, one at a time for a signer; its failure keeps the transaction here. */
  readonly admit: (leaving: Leaving, vote: CarriedVote | undefined) => Effect.Effect<void, TransactionWithheld>
  /** The vote in the transactions that are sent now. */
  readonly vote: CarriedVote | undefined
}

export class Outgoing extends Context.Reference<Outgoing>()("gittensor/Outgoing", {
  defaultValue: (): OutgoingService => ({ admit: () => Effect.void, vote: undefined })
}) {}
