/** A chain with the contract, as the tests' interface. */
import type { ApiPromise } from "@polkadot/api"
import type { Effect, Either } from "effect"
import type { ContractCodec } from "../../../src/contract-client/codec.ts"
import type {
  ContractConfig,
  ContractError,
  ContractEvent,
  MessageArguments,
  MessageName,
  MessageReturn
} from "../../../src/contract-client/generated.ts"
import type { Reading, ReadingArguments, ReadingReturn } from "../../../src/contract-client/readings.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"

/** The result of a message that was sent as a transaction. */
export interface Sent<Value> {
  /** Whether the transaction succeeded in its block. */
  readonly accepted: boolean
  /** The result of the dry run in the block before. */
  readonly answer: Either.Either<Value, ContractError>
  readonly events: ReadonlyArray<ContractEvent>
  readonly gas: bigint
}

/** A treasury: its accounts, and its coldkey's birth. */
export type Treasury = Pick<ContractConfig, "treasuryHotkey" | "treasuryColdkey" | "treasuryBirth">

/** What a program knows the contract by. */
export interface Client {
  readonly artifact: { readonly contractCodec: ContractCodec }
  readonly readings: Pick<typeof import("../../../src/contract-client/readings.ts"), "answerOf">
}

export interface World extends Treasury {
  /** The same world through the client of another edition of the contract. */
  readonly by: (client: Client) => World
  readonly endpoint: string
  readonly api: ApiPromise
  readonly contract: AccountAddress
  /** Sends a message as a transaction even if the dry run refuses it, and returns both results. */
  readonly sendAnyway: <Name extends MessageName>(
    who: string,
    name: Name,
    args: MessageArguments<Name>
  ) => Effect.Effect<Sent<MessageReturn<Name>>, Error>
  /** Sends a message that must succeed. */
  readonly ok: <Name extends MessageName>(
    who: string,
    name: Name,
    args: MessageArguments<Name>
  ) => Effect.Effect<Sent<MessageReturn<Name>>, Error>
  /** Sends a message that must be refused. Fails unless the contract's storage and the treasury's stake stay unchanged. */
  readonly refused: <Name extends MessageName>(who: string, name: Name, args: MessageArguments<Name>) => Effect.Effect<ContractError, Error>
  /**
   * A message's answer in a far later block, without building the blocks before it: only the block number differs. Fails if a refused message changes
   * the contract's storage.
   */
  readonly answerIn: <Name extends MessageName>(
    block: number,
    who: string,
    name: Name,
    args: MessageArguments<Name>
  ) => Effect.Effect<Either.Either<MessageReturn<Name>, ContractError>, Error>
  /** The same with these storage items (raw keys, hexadecimal) in place of the chain's, and within these limits of weight. */
  readonly answerWith: <Name extends MessageName>(
    storage: ReadonlyArray<readonly [key: string, value: Uint8Array]>,
    who: string,
    name: Name,
    args: MessageArguments<Name>,
    limits?: { readonly refTime: bigint; readonly proofSize: bigint }
  ) => Effect.Effect<Either.Either<MessageReturn<Name>, ContractError>, Error>
  /** What the chain stores under a raw key, hexadecimal. */
  readonly raw: (key: string) => Effect.Effect<Uint8Array | undefined>
  readonly read: <Name extends MessageName>(name: Name, args: MessageArguments<Name>) => Effect.Effect<MessageReturn<Name>, Error>
  /** Reads the contract's cells by name. */
  readonly stored: <Name extends Reading>(name: Name, args: ReadingArguments<Name>) => Effect.Effect<ReadingReturn<Name>, Error>
  readonly dryGas: <Name extends MessageName>(who: string, name: Name, args: MessageArguments<Name>) => Effect.Effect<bigint, Error>
  readonly sudo: (pallet: string, name: string, ...args: ReadonlyArray<unknown>) => Effect.Effect<void, Error>
  readonly block: Effect.Effect<number>
  /** Builds blocks up to this one. A dry run executes in it, a transaction in the next. */
  readonly toBlock: (block: number) => Effect.Effect<void>
  readonly stake: (hotkey: string, coldkey: string) => Effect.Effect<bigint>
  /** Every key and value in the contract's storage and both stakes of the treasury, as text to compare. */
  readonly everything: Effect.Effect<string>
  /** Gives an account money for fees. */
  readonly give: (who: string) => Effect.Effect<void, Error>
  /** Adds stake to the treasury's neuron, as an epoch would. */
  readonly feed: (amount: bigint) => Effect.Effect<void, Error>
  /** Sets a coldkey's stake behind a hotkey, bypassing all rules. */
  readonly forceStake: (hotkey: string, coldkey: string, amount: bigint) => Effect.Effect<void, Error>
}
