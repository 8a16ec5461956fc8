/** Registers a hotkey on the subnet: its present cost, whether it is possible, and the call. */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { formatAlpha } from "../../../domain/Amount.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { neuronOf } from "../../../domain/Metagraph.ts"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { readItem } from "../node/storedMap.ts"
import { Subnet, UnknownSubnet } from "./Subnet.ts"

const Amount = Schema.transform(Schema.Union(Schema.Number, Schema.String), Schema.BigIntFromSelf, {
  strict: true,
  decode: (value) => BigInt(value),
  encode: (value) => value.toString()
})
const Account = Schema.Struct({ data: Schema.Struct({ free: Amount }) })
const Locked = Schema.Struct({ locked: Amount })
/** A fixed-point number with 64 fractional bits. */
const Ratio = Schema.transform(Schema.Struct({ bits: Amount }), Schema.Number, {
  strict: true,
  decode: ({ bits }) => Number(bits) / 2 ** 64,
  encode: (ratio) => ({ bits: BigInt(ratio * 2 ** 64) })
})

const decoded =
  <A, I>(schema: Schema.Schema<A, I>, netuid: number, what: string) =>
  (value: unknown) =>
    Schema.decodeUnknown(schema)(value).pipe(
      Effect.mapError(() => new UnknownSubnet({ netuid, reason: `it has no ${what}: is --endpoint a Subtensor node?` }))
    )

/** The present price of a UID, in rao of TAO. */
const priceAt = (at: BlockReference) =>
  Effect.gen(function* () {
    const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
    return yield* readItem(chain, ["subtensorModule", "burn", netuid], at.hash).pipe(
      Effect.flatMap(decoded(Amount, netuid, "price of a registration"))
    )
  })

/** All of a price, in 65,535 parts. */
const WHOLE_SHARE = 65_535n

/**
 * Reads the part of the price that becomes collateral. Since October 2026 a subnet may keep a share of the price as stake behind the hotkey, locked
 * until the hotkey has earned enough. Stake that the pair has already locked counts towards it. Earlier runtimes burn the whole price.
 */
const collateralAt = Effect.fn("registration.collateralAt")(function* (
  at: BlockReference,
  price: bigint,
  hotkey: AccountAddress,
  coldkey: AccountAddress
) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const read = <A, I>(schema: Schema.Schema<A, I>, item: string, ...keys: ReadonlyArray<unknown>) =>
    readItem(chain, ["subtensorModule", item, netuid, ...keys], at.hash).pipe(
      Effect.flatMap(decoded(Schema.NullishOr(schema), netuid, `known form of ${item}`))
    )
  const [share, ratio, position] = yield* Effect.all(
    [read(Amount, "collateralLockShare"), read(Ratio, "collateralDrainRatio"), read(Locked, "minerCollateral", hotkey, coldkey)],
    { concurrency: "unbounded" }
  )
  return { collateral: (price * (share ?? 0n)) / WHOLE_SHARE, unlockedPerEarned: ratio ?? null, locked: position?.locked ?? 0n }
})

/**
 * A registration for at most this price, in rao. Where the chain has the call, it enforces the limit itself, because the price may rise before
 * inclusion.
 */
export const submission = (netuid: number, hotkey: AccountAddress, price: bigint) => ({
  label: "registration",
  call: (api: Parameters<Parameters<typeof Chain.Service.submit>[0]["call"]>[0]) => {
    const limited = api.tx.subtensorModule?.registerLimit
    if (limited !== undefined) return limited(netuid, hotkey, price)
    const call = api.tx.subtensorModule?.burnedRegister
    if (call === undefined) throw new Error("this chain has no SubtensorModule.burned_register: is --endpoint a Subtensor node?")
    return call(netuid, hotkey)
  }
})

/** Reads everything that decides whether this coldkey can register this hotkey. Amounts in rao of TAO. */
export const lookAt = Effect.fn("registration.lookAt")(function* (hotkey: AccountAddress, coldkey: AccountAddress) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const { netuid } = subnet
  const head = yield* chain.finalisedHead
  const metagraph = yield* subnet.metagraph(head)
  const [price, open, account, places] = yield* Effect.all(
    [
      priceAt(head),
      readItem(chain, ["subtensorModule", "networkRegistrationAllowed", netuid], head.hash),
      readItem(chain, ["system", "account", coldkey], head.hash).pipe(Effect.flatMap(decoded(Account, netuid, "accounts"))),
      readItem(chain, ["subtensorModule", "maxAllowedUids", netuid], head.hash).pipe(
        Effect.flatMap(decoded(Schema.Number, netuid, "number of UIDs"))
      )
    ],
    { concurrency: "unbounded" }
  )
  const [fee, { collateral, unlockedPerEarned, locked }] = yield* Effect.all(
    [chain.feeOf({ ...submission(netuid, hotkey, price), signer: { address: coldkey } }), collateralAt(head, price, hotkey, coldkey)],
    { concurrency: 2 }
  )
  return {
    netuid,
    block: head.number,
    hotkey,
    coldkey,
    uid: neuronOf(metagraph, hotkey)?.uid ?? null,
    /** The most to pay: the burned part and the collateral. */
    price,
    burned: price - collateral,
    /** In rao of TAO. The chain buys alpha for it at the pool's price. */
    collateral,
    /** Alpha of collateral that the chain unlocks for each alpha that the hotkey earns; null where it knows no collateral. */
    unlockedPerEarned,
    /** Rao of alpha that are locked for this pair already. */
    locked,
    fee,
    free: account.data.free,
    isOpen: open !== false,
    neurons: metagraph.neurons.length,
    places
  }
})
export type Registration = Effect.Effect.Success<ReturnType<typeof lookAt>>

/** Fails if a registration sent now would be refused. */
export const check = ({ netuid, isOpen, price, fee, free, coldkey }: Registration) =>
  Effect.gen(function* () {
    if (!isOpen)
      return yield* new OperationFailed({ message: `registration on subnet ${netuid} is closed by the subnet's owner: try again later` })
    if (free < price + fee)
      return yield* new OperationFailed({
        message: `the coldkey ${coldkey} has ${formatAlpha(free)} τ, but registration costs ${formatAlpha(price + fee)} τ including the fee: send it the difference first`
      })
  })

/** Registers, unless the price has risen since it was shown, and returns the UID. */
export const register = Effect.fn("registration.register")(function* (signer: KeyPair, { netuid, hotkey, price }: Registration) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const now = yield* Effect.flatMap(chain.finalisedHead, priceAt)
  if (now > price)
    return yield* new OperationFailed({
      message: `the price rose from ${formatAlpha(price)} τ to ${formatAlpha(now)} τ, so nothing was sent: run the command again to see the new price`
    })
  const inclusion = yield* chain.submit({ ...submission(netuid, hotkey, price), signer, until: "finalised" })
  const metagraph = yield* subnet.metagraph(inclusion.block)
  return { uid: neuronOf(metagraph, hotkey)?.uid ?? null, block: inclusion.block.number, transaction: inclusion.extrinsicHash }
})
