/** How a validator's messages about bounties reach the contract. `roles/validator/Sender.ts` sends them. */
import type { Effect } from "effect"
import type { MessageArguments, MessageName } from "../../contract-client/generated.ts"
import type { CallError } from "../../layers/chain/contract/Contract.ts"
import type { Message } from "../../layers/chain/contract/calls.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import type { Ballot } from "../../layers/protection/Journal.ts"
import type { StoreUnavailable } from "../../layers/storage/dataFolder/failure.ts"
import type { Chore, LastChore } from "./upkeep.ts"

export interface Vote {
  readonly kind: Exclude<Ballot["kind"], "weights">
  readonly issue: number
  /** null for a vote on an outcome. */
  readonly round: number | null
  /** The choice as text. Votes with equal texts are the same vote. */
  readonly choice: string
}

export interface ContractSender {
  /**
   * Casts a vote by a contract call. Returns whether the vote is settled: sent, or refused for good because it is too late or already decided. A vote that
   * is in flight, from this or an earlier process, is not settled: the caller retries at the next block. `after`: what comes before it in the same
   * transaction.
   */
  readonly vote: <Name extends MessageName>(
    vote: Vote,
    head: BlockReference,
    name: Name,
    args: MessageArguments<Name>,
    after?: Message
  ) => Effect.Effect<boolean, CallError | StoreUnavailable>
  /** Performs a chore: harvest, settle, expire, pay out, note weights, renew attestations, or wind up the contract after its subnet has ended. */
  readonly perform: (chore: Chore | LastChore) => Effect.Effect<void, CallError>
}
