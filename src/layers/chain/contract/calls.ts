/**
 * Calls the contract's messages: dry runs, which name a refusal before the caller spends anything, and transactions. contract-client encodes them.
 */
import type { ApiPromise } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import type { AccountId, DispatchError, EventRecord, StorageDeposit, WeightV2 } from "@polkadot/types/interfaces"
import type { Bytes, Result, Vec } from "@polkadot/types-codec"
import type { Codec } from "@polkadot/types-codec/types"
import { Effect, Either, Option } from "effect"
import type { ContractCodec } from "../../../contract-client/codec.ts"
import {
  type ContractEvent,
  type MessageArguments,
  type MessageName,
  type MessageReturn,
  messages
} from "../../../contract-client/generated.ts"
import { READ_GAS } from "../../../contract-client/readGas.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { type Hex, toHex } from "../../../domain/hex.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { BlockState } from "../node/BlockState.ts"
import { type BlockReference, Chain, type Inclusion, type SendGuard, TransactionRefused } from "../node/Chain.ts"
import { ContractUnusable, NoContract } from "./errors.ts"

/** Options of a call. */
/** A message with its arguments. */
export type Message = { [Name in MessageName]: { readonly name: Name; readonly args: MessageArguments<Name> } }[MessageName]

export interface CallOptions {
  /** Whether observers of the pool must not get ahead of it. */
  readonly isUrgent?: boolean | undefined
  /** A remark in the same atomic batch, right behind the call. */
  readonly remark?: string | undefined
  /** A message in the same atomic batch, right before the call. */
  readonly after?: Message | undefined
}

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
  /** The storage deposit in rao of TAO: the caller pays it, or is refunded if it is negative. */
  readonly deposit: bigint
}

/** A call as it would be sent. */
export interface Price {
  /** The contract's label of the message; `data` is the encoded call. */
  readonly label: string
  readonly data: Hex
  readonly gasLimit: Gas
  /** The transaction's fee with this gas limit, in rao of TAO. */
  readonly fee: bigint
}

/** A call as it would be sent, with its dry run. */
export interface Plan<Value> extends DryRun<Value>, Price {}

/** `ContractExecResult` and `ContractInstantiateResult` as the chain's own metadata decodes them; polkadot.js types them as `Codec`. */
interface Executed<Value> extends Codec {
  readonly gasRequired: WeightV2
  readonly result: Result<Value & Codec, DispatchError>
  readonly storageDeposit: StorageDeposit
}
type Called = Executed<{ readonly data: Bytes }>
export type Created = Executed<{ readonly accountId: AccountId; readonly result: { readonly data: Bytes } }>

export const gasOf = (weight: WeightV2): Gas => ({ refTime: weight.refTime.toBigInt(), proofSize: weight.proofSize.toBigInt() })
/** A fifth more than the dry run's gas, because the state may change before the call executes. */
export const limitOf = (gas: Gas): Gas => ({ refTime: (gas.refTime * 6n) / 5n, proofSize: (gas.proofSize * 6n) / 5n })
/**
 * Calls that can cost more than their dry run because of other calls earlier in their block. A pair vote or a veto may become the deciding one,
 * another vote or an attestation the last of many, and a decision may have stake to note. A harvest may find more stake to fetch or more bounties to
 * fill, and a new owner more changes to withdraw.
 */
const DEPENDS_ON_OTHERS: ReadonlySet<MessageName> = new Set([
  "attestEnrolled",
  "votePair",
  "voteOutcome",
  "withdrawOutcomeVote",
  "settle",
  "expire",
  "veto",
  "apply",
  "acceptOwnership",
  "harvest"
])
/**
 * Extra gas for calls that may find more to do in the block than in the dry run: enough to decide a vote (at most 9.9 ms and 0.6 MB) or to fill 32
 * bounties (21 ms and 1 MB); contracts/README.md has the measurements. A harvest with more to fill fails, and the next one's dry run sees it. The
 * caller's account must hold 0.005 TAO more for this gas; the unused part is refunded.
 */
const ROOM: Gas = { refTime: 20_000_000_000n, proofSize: 1_000_000n }
/** Calls that may find stake to fetch from the treasury's coldkey. */
const FETCHES: ReadonlySet<MessageName> = new Set(["apply", "harvest"])
/** What the chain charges before stake leaves an account, however little it takes then (docs/world.md, release 464): 0.024 TAO to hold. */
const FETCHING: Gas = { refTime: 95_000_000_000n, proofSize: 20_000n }

const sum = (a: Gas, b: Gas): Gas => ({ refTime: a.refTime + b.refTime, proofSize: a.proofSize + b.proofSize })

export const limitFor = (name: MessageName, gas: Gas): Gas => {
  const limit = DEPENDS_ON_OTHERS.has(name) ? sum(limitOf(gas), ROOM) : limitOf(gas)
  return FETCHES.has(name) ? sum(limit, FETCHING) : limit
}

export const depositOf = (deposit: StorageDeposit): bigint =>
  deposit.isCharge ? deposit.asCharge.toBigInt() : -deposit.asRefund.toBigInt()

export const loadArtifact = Effect.promise(() => import("../../../contract-client/artifact.ts"))
const loadCodec = loadArtifact.pipe(Effect.map(({ contractCodec }) => contractCodec))

export const contractsTx = (api: ApiPromise) => {
  const pallet = api.tx.contracts
  if (pallet?.call === undefined || pallet.instantiateWithCode === undefined) throw new Error("this chain has no Contracts pallet")
  return { call: pallet.call, instantiateWithCode: pallet.instantiateWithCode }
}

/** A batch of the calls, all or nothing. */
export const batchOf = (api: ApiPromise, calls: ReadonlyArray<SubmittableExtrinsic<"promise">>): SubmittableExtrinsic<"promise"> => {
  const batchAll = api.tx.utility?.batchAll
  if (batchAll === undefined) throw new Error("this chain has no batches")
  return batchAll([...calls])
}

const withRemark = (api: ApiPromise, call: SubmittableExtrinsic<"promise">, remark: string | undefined) => {
  if (remark === undefined) return call
  const said = api.tx.system?.remark
  if (said === undefined) throw new Error("this chain has no remarks")
  return batchOf(api, [call, said(toHex(Buffer.from(remark, "utf8")))])
}

/** This contract's events among those of a transaction or a block. */
const decodeEvents = (codec: ContractCodec, address: AccountAddress, records: Inclusion["events"]): ReadonlyArray<ContractEvent> =>
  records.flatMap(({ event, topics }) => {
    // Compared by name, because the numbers of pallets and events depend on the runtime that executed the block.
    if (event.section !== "contracts" || event.method !== "ContractEmitted") return []
    const [contract, data] = event.data
    if (contract?.toString() !== address || data === undefined) return []
    const decoded = codec.decodeEvent(
      data.toU8a(true),
      topics.map((topic) => topic.toHex())
    )
    // Events that this version does not know, after an upgrade of the contract, are ignored.
    return Either.isRight(decoded) ? Option.toArray(decoded.right) : []
  })

/** The calls of one contract. */
export const make = Effect.fn("Contract.calls")(function* (address: AccountAddress) {
  const chain = yield* Chain
  const codec = yield* loadCodec
  const unusable = (call: string, reason: string) => new ContractUnusable({ address, call, reason })

  const execute = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress, at?: BlockReference) =>
    Effect.gen(function* () {
      const data = codec.encodeMessage(name, args)
      const run = async (calls: BlockState["call"], api: ApiPromise) => {
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
        const reason = failure.isModule ? failure.registry.findMetaError(failure.asModule).name : failure.type
        return yield* reason === "ContractNotFound" ? new NoContract({ address, call: name }) : unusable(name, reason)
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

  const price = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress, gas: Gas, remark?: string) =>
    Effect.gen(function* () {
      const [data, gasLimit] = [codec.encodeMessage(name, args), limitFor(name, gas)]
      const fee = yield* chain.feeOf({
        label: name,
        signer: { address: caller },
        call: (api) => withRemark(api, contractsTx(api).call(address, 0, gasLimit, null, data), remark)
      })
      return { label: messages[name].label, data, gasLimit, fee } satisfies Price
    })

  const plan = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress, remark?: string) =>
    Effect.gen(function* () {
      const trial = yield* dryRun(name, args, caller)
      return { ...trial, ...(yield* price(name, args, caller, trial.gas, remark)) } satisfies Plan<MessageReturn<Name>>
    }).pipe(Effect.withSpan("Contract.plan", { attributes: { message: name, caller } }))

  /** A call's answer in a dry run, its data, and the limit of its gas. */
  const callable = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, caller: AccountAddress) =>
    Effect.map(dryRun(name, args, caller), ({ gas, value }) => ({
      value,
      data: codec.encodeMessage(name, args),
      limit: limitFor(name, gas)
    }))

  const send = <Name extends MessageName>(
    name: Name,
    args: MessageArguments<Name>,
    signer: KeyPair,
    until: "inBlock" | "finalised" = "inBlock",
    guard?: SendGuard,
    { after, isUrgent, remark }: CallOptions = {}
  ) =>
    Effect.gen(function* () {
      const earlier = after === undefined ? [] : [yield* callable(after.name, after.args, signer.address)]
      const { value, ...own } = yield* callable(name, args, signer.address)
      const callOf = (api: ApiPromise, { data, limit }: typeof own) => contractsTx(api).call(address, 0, limit, null, data)
      const inclusion = yield* chain
        .submit({
          label: name,
          signer,
          until,
          guard,
          isUrgent,
          call: (api) => {
            const call = withRemark(api, callOf(api, own), remark)
            return earlier.length === 0 ? call : batchOf(api, [...earlier.map((one) => callOf(api, one)), call])
          }
        })
        .pipe(
          // Other calls may have changed the state since the dry run: repeat it to name the contract's refusal.
          Effect.catchTag("TransactionFailed", (failure) =>
            failure.name === "ContractReverted"
              ? dryRun(name, args, signer.address).pipe(Effect.zipRight(Effect.fail(failure)))
              : Effect.fail(failure)
          )
        )
      const events = decodeEvents(codec, address, inclusion.events)
      return { value, inclusion, events } satisfies Sent<MessageReturn<Name>>
    }).pipe(Effect.withSpan("Contract.send", { attributes: { message: name, signer: signer.address } }))

  const eventsAt = (block: BlockReference) =>
    chain.readAt("events of a block", block.hash, async (at) => {
      const events = await at.query.system?.events?.()
      return events === undefined ? [] : decodeEvents(codec, address, [...(events as Vec<EventRecord>)])
    })

  return { read, dryRun, encode: codec.encodeMessage, price, plan, send, eventsAt }
})
