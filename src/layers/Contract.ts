/**
 * The contract at an address: typed reads at any block, dry runs that name a refusal before anything is spent, and calls. All bytes go
 * through contract-client, which is generated from the contract's metadata.
 */
import type { ApiPromise } from "@polkadot/api"
import type { DispatchError, EventRecord, StorageDeposit, WeightV2 } from "@polkadot/types/interfaces"
import type { Bytes, Result, Vec } from "@polkadot/types-codec"
import type { Codec } from "@polkadot/types-codec/types"
import { Cache, Context, Data, Duration, Effect, Either, Exit, Layer, Option, Ref, Schema } from "effect"
import { bitmapBytes } from "../contract-client/bitmap.ts"
import type { ContractCodec, ContractRefusal, Hex, UnreadableContractData } from "../contract-client/codec.ts"
import {
  type ConstructorArguments,
  type ContractConfig,
  type ContractEvent,
  type Issue,
  type MessageArguments,
  type MessageName,
  type MessageReturn,
  messages,
  type Competition as StoredCompetition
} from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import type { Competition } from "../domain/Competition.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { type BlockReference, Chain, type ChainUnavailable, type Inclusion, type SubmitError, TransactionRefused } from "./Chain.ts"

/** No contract answers at this address, or another one, or it trapped. */
export class ContractUnusable extends Schema.TaggedError<ContractUnusable>()("ContractUnusable", {
  address: Schema.String,
  call: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the contract at ${this.address} can't be used (${this.call}: ${this.reason}): is it the right address on this chain?`
  }
}

export type ReadError = ContractRefusal | UnreadableContractData | ContractUnusable | ChainUnavailable
export type CallError = ContractRefusal | UnreadableContractData | ContractUnusable | SubmitError

/** A call that is in a block. */
export interface Sent<Value> {
  readonly value: Value
  readonly inclusion: Inclusion
  readonly events: ReadonlyArray<ContractEvent>
}

export interface Gas {
  readonly refTime: bigint
  readonly proofSize: bigint
}

export interface DryRun<Value> {
  readonly value: Value
  readonly gas: Gas
  /** For what the call stores, in rao of TAO: the caller pays it, or gets it back when it is negative. */
  readonly deposit: bigint
}

/** A call as it would be sent, and what it would do now. */
export interface Plan<Value> extends DryRun<Value> {
  /** The message as the contract names it, and the bytes that the contract gets. */
  readonly label: string
  readonly data: Hex
  readonly gasLimit: Gas
  /** In rao of TAO, for the transaction with this gas limit. */
  readonly fee: bigint
}

export class Contract extends Context.Tag("gittensor/Contract")<
  Contract,
  {
    readonly address: AccountAddress
    /** Any view, at a block or at the best one. */
    readonly read: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      at?: BlockReference
    ) => Effect.Effect<MessageReturn<Name>, ReadError>
    readonly dryRun: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      caller: AccountAddress,
      at?: BlockReference
    ) => Effect.Effect<DryRun<MessageReturn<Name>>, CallError>
    /** The bytes of a call. */
    readonly encode: <Name extends MessageName>(name: Name, args: MessageArguments<Name>) => Hex
    /** What `send` would send for a caller, tried and priced, with nothing sent. */
    readonly plan: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      caller: AccountAddress
    ) => Effect.Effect<Plan<MessageReturn<Name>>, CallError>
    /** Dry-runs, then sends with the gas that the dry run needed and a fifth more. */
    readonly send: <Name extends MessageName>(
      name: Name,
      args: MessageArguments<Name>,
      signer: KeyPair,
      until?: "inBlock" | "finalised"
    ) => Effect.Effect<Sent<MessageReturn<Name>>, CallError>
    /** The settings, at most 20 s old. What validators must agree on reads them at the round's block instead. */
    readonly config: Effect.Effect<ContractConfig, ReadError>
    /** Every issue that is neither paid nor cancelled at a block, in order of id. */
    readonly liveIssues: (at: BlockReference) => Effect.Effect<ReadonlyArray<Issue>, ReadError>
    /** Every competition at a block, in order of id, as the rules see them. */
    readonly competitions: (at: BlockReference) => Effect.Effect<ReadonlyArray<Competition>, ReadError>
    /** The last block in which a competition's solution may be voted; it never changes. */
    readonly outcomeUntil: (competition: number) => Effect.Effect<number, ReadError>
    /** What the contract emitted in a block. */
    readonly eventsAt: (block: BlockReference) => Effect.Effect<ReadonlyArray<ContractEvent>, ReadError>
  }
>() {}

/** `ContractExecResult` and `ContractInstantiateResult` as the chain's own metadata decodes them; polkadot.js types them as `Codec`. */
interface Executed<Value> extends Codec {
  readonly gasRequired: WeightV2
  readonly result: Result<Value & Codec, DispatchError>
  readonly storageDeposit: StorageDeposit
}
type Called = Executed<{ readonly data: Bytes }>
type Created = Executed<{ readonly result: { readonly data: Bytes } }>

/** What a read may use: half a second of the chain's reference machine, far more than the dearest view needs. */
const READ_GAS = { refTime: 500_000_000_000n, proofSize: 20_000_000n }
const PAGE = 100

const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`
const gasOf = (weight: WeightV2): Gas => ({ refTime: weight.refTime.toBigInt(), proofSize: weight.proofSize.toBigInt() })
/** A fifth more than the dry run needed: the state may change until the call is in a block. */
const limitOf = (gas: Gas): Gas => ({ refTime: (gas.refTime * 6n) / 5n, proofSize: (gas.proofSize * 6n) / 5n })
const depositOf = (deposit: StorageDeposit): bigint => (deposit.isCharge ? deposit.asCharge.toBigInt() : -deposit.asRefund.toBigInt())

/** The contract's competition in the form that the rules take. */
export const toDomain = (stored: StoredCompetition): Competition => ({
  id: stored.id,
  issue: stored.issue,
  a: stored.a,
  b: stored.b,
  enrolled: bitmapBytes(stored.enrolled),
  skipped: bitmapBytes(stored.skipped),
  startedAt: stored.startedAt,
  status: stored.status._tag === "Won" ? { ...stored.status, winner: stored.status.winner === 0 ? 0 : 1 } : stored.status
})

const loadArtifact = Effect.promise(() => import("../contract-client/artifact.ts"))
const loadCodec = loadArtifact.pipe(Effect.map(({ contractCodec }) => contractCodec))

const contractsTx = (api: ApiPromise) => {
  const pallet = api.tx.contracts
  if (pallet?.call === undefined || pallet.instantiateWithCode === undefined) throw new Error("this chain has no Contracts pallet")
  return { call: pallet.call, instantiateWithCode: pallet.instantiateWithCode }
}

/** The events of this contract among those of a transaction or a block. */
const decodeEvents = (
  codec: ContractCodec,
  api: ApiPromise,
  address: AccountAddress,
  records: Inclusion["events"]
): ReadonlyArray<ContractEvent> =>
  records.flatMap(({ event, topics }) => {
    if (!api.events.contracts?.ContractEmitted?.is(event)) return []
    const [contract, data] = event.data
    if (contract?.toString() !== address || data === undefined) return []
    const decoded = codec.decodeEvent(
      data.toU8a(true),
      topics.map((topic) => topic.toHex())
    )
    // An event that this version does not know (after an upgrade of the contract) says nothing to it.
    return Either.isRight(decoded) ? Option.toArray(decoded.right) : []
  })

export const make = Effect.fn("Contract.make")(function* (address: AccountAddress) {
  const chain = yield* Chain
  const codec = yield* loadCodec
  const unusable = (call: string, reason: string) => new ContractUnusable({ address, call, reason })
  const lowestLive = yield* Ref.make(1)

  const execute = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress, at?: BlockReference) =>
    Effect.gen(function* () {
      const data = codec.encodeMessage(name, args)
      const run = async (calls: ApiPromise["call"], api: ApiPromise) => {
        const method = calls.contractsApi?.call
        if (method === undefined) throw new Error("this chain has no ContractsApi")
        const gas = api.registry.createType("WeightV2", READ_GAS)
        return (await method(caller, address, 0, gas, null, data)) as Called
      }
      const result = yield* at === undefined
        ? chain.read(`contract ${name}`, (api) => run(api.call, api))
        : chain.readAt(`contract ${name}`, at.hash, (decorated, api) => run(decorated.call, api))
      if (result.result.isErr) {
        const failure = result.result.asErr
        const reason = failure.isModule
          ? yield* chain.read("name of a module error", async (api) => api.registry.findMetaError(failure.asModule).name)
          : failure.type
        return yield* unusable(name, reason)
      }
      const value = yield* codec.decodeAnswer(name, result.result.asOk.data.toU8a(true))
      return {
        value,
        gas: gasOf(result.gasRequired),
        deposit: depositOf(result.storageDeposit)
      } satisfies DryRun<MessageReturn<Name>>
    }).pipe(Effect.withSpan("Contract.dryRun", { attributes: { message: name } }))

  const read = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, at?: BlockReference) =>
    execute(name, args, address, at).pipe(Effect.map(({ value }) => value))

  const dryRun = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress, at?: BlockReference) =>
    execute(name, args, caller, at).pipe(
      Effect.mapError((error) =>
        error._tag === "ContractUnusable" && /NotEnoughFunds|StorageDepositLimitExhausted/.test(error.reason)
          ? new TransactionRefused({ label: name, signer: caller, reason: error.reason })
          : error
      )
    )

  const plan = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress) =>
    Effect.gen(function* () {
      const trial = yield* dryRun(name, args, caller)
      const [data, gasLimit] = [codec.encodeMessage(name, args), limitOf(trial.gas)]
      const fee = yield* chain.feeOf({
        label: name,
        signer: { address: caller },
        call: (api) => contractsTx(api).call(address, 0, gasLimit, null, data)
      })
      return { ...trial, label: messages[name].label, data, gasLimit, fee } satisfies Plan<MessageReturn<Name>>
    }).pipe(Effect.withSpan("Contract.plan", { attributes: { message: name, caller } }))

  const send = <Name extends MessageName>(
    name: Name,
    args: MessageArguments<Name>,
    signer: KeyPair,
    until: "inBlock" | "finalised" = "inBlock"
  ) =>
    Effect.gen(function* () {
      const { value, gas } = yield* dryRun(name, args, signer.address)
      const data = codec.encodeMessage(name, args)
      const limit = limitOf(gas)
      const inclusion = yield* chain
        .submit({ label: name, signer, until, call: (api) => contractsTx(api).call(address, 0, limit, null, data) })
        .pipe(
          // Between the dry run and the block others may have changed the state: ask again, to name the contract's refusal.
          Effect.catchTag("TransactionFailed", (failure) =>
            failure.name === "ContractReverted"
              ? dryRun(name, args, signer.address).pipe(Effect.zipRight(Effect.fail(failure)))
              : Effect.fail(failure)
          )
        )
      const events = yield* chain.read("events of a call", async (api) => decodeEvents(codec, api, address, inclusion.events))
      return { value, inclusion, events } satisfies Sent<MessageReturn<Name>>
    }).pipe(Effect.withSpan("Contract.send", { attributes: { message: name, signer: signer.address } }))

  const pages = <A>(count: number, from: number, page: (from: number) => Effect.Effect<ReadonlyArray<A>, ReadError>) =>
    Effect.forEach(
      Array.from({ length: Math.max(0, Math.ceil((count - from + 1) / PAGE)) }, (_, index) => from + index * PAGE),
      page
    ).pipe(Effect.map((all) => all.flat()))

  const readLiveIssues = Effect.fn("Contract.liveIssues")(function* (at: BlockReference) {
    const [from, { issues: count }] = yield* Effect.all([Ref.get(lowestLive), read("counts", {}, at)])
    const all = yield* pages(count, from, (first) => read("issues", { from: first, limit: PAGE, status: null }, at))
    const live = all.filter(({ status }) => status._tag !== "Paid" && status._tag !== "Cancelled")
    // A closed issue stays closed: what is before the first live one need not be read again. `at` is a finalised block.
    yield* Ref.update(lowestLive, (known) => Math.max(known, live[0]?.id ?? count + 1))
    return live
  })

  // Every loop of a validator asks for them at the same block.
  const liveAt = yield* Cache.makeWith({
    capacity: 8,
    lookup: readLiveIssues,
    timeToLive: Exit.match({ onSuccess: () => Duration.infinity, onFailure: () => Duration.zero })
  })
  const liveIssues = (at: BlockReference) => liveAt.get(Data.struct(at))

  const competitions = Effect.fn("Contract.competitions")(function* (at: BlockReference) {
    const { competitions: count } = yield* read("counts", {}, at)
    const stored = yield* pages(count, 1, (from) => read("competitions", { from, limit: PAGE }, at))
    return stored.map(toDomain)
  })

  const datesOf = yield* Cache.makeWith({
    capacity: 1_024,
    lookup: (id: number) =>
      read("competition", { id }).pipe(
        Effect.filterOrFail(
          (competition) => competition !== null,
          () => unusable("competition", `it has no competition ${id}`)
        ),
        Effect.map(({ outcomeUntil }) => outcomeUntil)
      ),
    timeToLive: Exit.match({ onSuccess: () => Duration.infinity, onFailure: () => Duration.zero })
  })

  const config = yield* Effect.cachedWithTTL(read("config", {}), "20 seconds")

  const eventsAt = (block: BlockReference) =>
    chain.readAt("events of a block", block.hash, async (at, api) => {
      const events = await at.query.system?.events?.()
      return events === undefined ? [] : decodeEvents(codec, api, address, [...(events as Vec<EventRecord>)])
    })

  return Contract.of({
    address,
    read,
    dryRun,
    encode: codec.encodeMessage,
    plan,
    send,
    config,
    liveIssues,
    competitions,
    outcomeUntil: (id) => datesOf.get(id),
    eventsAt
  })
})

export const layer = (address: AccountAddress) => Layer.effect(Contract, make(address))

const failedCreation = (reason: string) => new ContractUnusable({ address: "(new)", call: "new", reason })

/** Creates a contract on trial, with nothing changed: what it takes, or why it can't be. */
export const tryInstantiate = Effect.fn("Contract.tryInstantiate")(function* (
  args: ConstructorArguments,
  signer: AccountAddress,
  salt: Uint8Array
) {
  const chain = yield* Chain
  const { contractCode: code, contractCodec: codec } = yield* loadArtifact
  const data = codec.encodeConstructor(args)
  const dry = yield* chain.read("dry run of the deployment", async (api) => {
    const method = api.call.contractsApi?.instantiate
    if (method === undefined) throw new Error("this chain has no ContractsApi")
    const gas = api.registry.createType("WeightV2", READ_GAS)
    return (await method(signer, 0, gas, null, { Upload: code }, data, hexOf(salt))) as Created
  })
  if (dry.result.isErr) {
    const failure = dry.result.asErr
    const name = failure.isModule
      ? yield* chain.read("name of a module error", async (api) => api.registry.findMetaError(failure.asModule).name)
      : failure.type
    return yield* failedCreation(name)
  }
  yield* codec.decodeCreation(dry.result.asOk.result.data.toU8a(true))
  return {
    gas: gasOf(dry.gasRequired),
    /** In rao of TAO; the signer pays it. */
    deposit: depositOf(dry.storageDeposit)
  }
})

/** Uploads the code and creates a contract; the signer is its owner. Answers its address. */
export const instantiate = Effect.fn("Contract.instantiate")(function* (args: ConstructorArguments, signer: KeyPair, salt: Uint8Array) {
  const chain = yield* Chain
  const { contractCode: code, contractCodec: codec } = yield* loadArtifact
  const data = codec.encodeConstructor(args)
  const { gas } = yield* tryInstantiate(args, signer.address, salt)
  const limit = limitOf(gas)
  const inclusion = yield* chain.submit({
    label: "instantiate_with_code",
    signer,
    call: (api) => contractsTx(api).instantiateWithCode(0, limit, null, code, data, hexOf(salt))
  })
  const address = yield* chain.read("address of the new contract", async (api) => {
    const created = inclusion.events.find(({ event }) => api.events.contracts?.Instantiated?.is(event))
    return created?.event.data[1]?.toString()
  })
  if (address === undefined) return yield* failedCreation("the chain reported no new contract")
  return { address: address as AccountAddress, inclusion }
})
