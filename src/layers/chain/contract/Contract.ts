/**
 * The contract at an address: its state at any block in few requests, typed reads, dry runs that name a refusal before the caller spends anything,
 * and calls.
 */
import { Context, Effect, Layer } from "effect"
import type {
  ContractConfig,
  ContractEvent,
  Issue,
  MessageArguments,
  MessageName,
  MessageReturn
} from "../../../contract-client/generated.ts"
import type { Reading, ReadingArguments, ReadingReturn } from "../../../contract-client/readings.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Competition, PaidWin } from "../../../domain/Competition.ts"
import type { Hex } from "../../../domain/hex.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { cachedOutcome } from "../../machine/effects/cachedOutcome.ts"
import { type BlockReference, Chain, type SendGuard } from "../node/Chain.ts"
import type { CallOptions, DryRun, Gas, Plan, Price, Sent } from "./calls.ts"
import * as Calls from "./calls.ts"
import * as Cells from "./cells.ts"
import * as Editions from "./editions.ts"
import type { CallError, ReadError } from "./errors.ts"
import { paidWinsAt } from "./paidWins.ts"
import type { Source } from "./Source.ts"
import type { ContractState } from "./state.ts"
import * as State from "./state.ts"

export type { CallOptions as Besides, DryRun, Gas, Plan, Price, Sent } from "./calls.ts"
export { instantiate, tryInstantiate } from "./creation.ts"
export type { CallError, ReadError } from "./errors.ts"

export type { ContractState } from "./state.ts"

export class Contract extends Context.Tag("gittensor/Contract")<
  Contract,
  {
    readonly address: AccountAddress
    /** Calls any view, at the given block or at the best one. */
    readonly read: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      at?: BlockReference
    ) => Effect.Effect<MessageReturn<Name>, ReadError>
    /** Reads the contract's storage by name, at the given block or at the best one. */
    readonly stored: <Name extends Reading>(
      name: Name,
      args: ReadingArguments<Name>,
      at?: BlockReference
    ) => Effect.Effect<ReadingReturn<Name>, ReadError>
    readonly dryRun: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      caller: AccountAddress,
      at?: BlockReference
    ) => Effect.Effect<DryRun<MessageReturn<Name>>, CallError>
    readonly encode: <Name extends MessageName>(name: Name, args: MessageArguments<Name>) => Hex
    /** Prices a call that needs this gas (at most), without trying it. */
    readonly price: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      caller: AccountAddress,
      gas: Gas,
      remark?: string
    ) => Effect.Effect<Price, CallError>
    /** Dry-runs and prices the transaction that `send` would send for a caller. Sends nothing. */
    readonly plan: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      caller: AccountAddress,
      remark?: string
    ) => Effect.Effect<Plan<MessageReturn<Name>>, CallError>
    /** Dry-runs, then sends. The gas limit exceeds the dry run's, because other calls may execute first. */
    readonly send: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      signer: KeyPair,
      until?: "inBlock" | "finalised",
      guard?: SendGuard,
      besides?: CallOptions
    ) => Effect.Effect<Sent<MessageReturn<Name>>, CallError>
    /** The settings, at most 20 s old. Code that validators must agree on reads them at the round's block instead. */
    readonly config: Effect.Effect<ContractConfig, ReadError>
    /** The contract's state at a finalised block, read once for all callers: two requests, whatever the number of issues and competitions. */
    readonly stateAt: (at: BlockReference) => Effect.Effect<ContractState, ReadError>
    /** The issues of `stateAt` that are neither paid nor cancelled, in order of id. */
    readonly liveIssues: (at: BlockReference) => Effect.Effect<ReadonlyArray<Issue>, ReadError>
    /** The competitions at a finalised block that are running or ended after block `endedAfter` (default: all), in order of id. */
    readonly competitions: (at: BlockReference, endedAfter?: number) => Effect.Effect<ReadonlyArray<Competition>, ReadError>
    /** The paid wins among the newest 1,000 competitions at a finalised block, in no particular order. Not cached. */
    readonly paidWins: (at: BlockReference) => Effect.Effect<ReadonlyArray<PaidWin>, ReadError>
    /** The validators' attestations that count in this round, by issue. */
    readonly attestations: Source["attestations"]
    /**
     * By issue, the majority of the attestations that count in this round (absent where nobody attested), and these miners' deposits in the same
     * order.
     */
    readonly attested: Source["attested"]
    /** This round's pair votes of whitelisted validators, by issue. */
    readonly pairVotes: Source["pairVotes"]
    /** The outcome votes of whitelisted validators, by issue. */
    readonly outcomeVotes: Source["outcomeVotes"]
    /** A notice for the operator about the contract's code at a block; null if it is the code that this program was released with. */
    readonly otherEdition: (at: BlockReference) => Effect.Effect<string | null, ReadError>
    readonly eventsAt: (block: BlockReference) => Effect.Effect<ReadonlyArray<ContractEvent>, ReadError>
  }
>() {}

export const make = Effect.fn("Contract.make")(function* (address: AccountAddress) {
  const chain = yield* Chain
  const calls = yield* Calls.make(address)
  const { read } = calls
  const editionOf = yield* Editions.make((at) => read("version", {}, at))
  const { source, stored, otherEdition } = yield* Cells.make(chain, address, (at) => read("validators", {}, at), editionOf)
  const { stateAt, competitions } = yield* State.make(source)
  const config = yield* cachedOutcome(read("config", {}), "20 seconds")

  return Contract.of({
    address,
    ...calls,
    stored,
    config,
    stateAt,
    liveIssues: (at) => Effect.map(stateAt(at), ({ liveIssues }) => liveIssues),
    competitions,
    paidWins: (at) => paidWinsAt(source, at),
    attestations: source.attestations,
    attested: source.attested,
    pairVotes: source.pairVotes,
    outcomeVotes: source.outcomeVotes,
    otherEdition
  })
})

export const layer = (address: AccountAddress) => Layer.effect(Contract, make(address))
