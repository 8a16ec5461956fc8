/** Registering a hotkey on the subnet: its present cost, whether it is possible, and the call. */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import { type BlockReference, Chain } from "../chain/Chain.ts"
import { Subnet, UnknownSubnet } from "./Subnet.ts"

class RegistrationClosed extends Schema.TaggedError<RegistrationClosed>()("RegistrationClosed", { netuid: Schema.Number }) {
  override get message() {
    return `registration on subnet ${this.netuid} is closed by the subnet's owner: try again later`
  }
}

class TooLittleTao extends Schema.TaggedError<TooLittleTao>()("TooLittleTao", {
  coldkey: Schema.String,
  free: Schema.BigIntFromSelf,
  needed: Schema.BigIntFromSelf
}) {
  override get message() {
    return `the coldkey ${this.coldkey} has ${formatAlpha(this.free)} τ, but registration costs ${formatAlpha(this.needed)} τ including the fee: send it the difference first`
  }
}

/** The price rose after it had been shown. */
class CostRose extends Schema.TaggedError<CostRose>()("CostRose", { shown: Schema.BigIntFromSelf, now: Schema.BigIntFromSelf }) {
  override get message() {
    return `the price rose from ${formatAlpha(this.shown)} τ to ${formatAlpha(this.now)} τ, so nothing was sent: run the command again to see the new price`
  }
}

const Amount = Schema.transform(Schema.Union(Schema.Number, Schema.String), Schema.BigIntFromSelf, {
  strict: true,
  decode: (value) => BigInt(value),
  encode: (value) => value.toString()
})
const Account = Schema.Struct({ data: Schema.Struct({ free: Amount }) })

/** A storage value; undefined if the chain has no such item. */
const storage = (chain: typeof Chain.Service, at: BlockReference, pallet: string, item: string, ...keys: ReadonlyArray<unknown>) =>
  chain.readAt(`${pallet}.${item}`, at.hash, async (api) => {
    const query = api.query[pallet]?.[item]
    return query === undefined ? undefined : (await query(...keys)).toJSON()
  })

const decoded =
  <A, I>(schema: Schema.Schema<A, I>, netuid: number, what: string) =>
  (value: unknown) =>
    Schema.decodeUnknown(schema)(value).pipe(
      Effect.mapError(() => new UnknownSubnet({ netuid, reason: `it has no ${what}: is --endpoint a Subtensor node?` }))
    )

/** The present price of a UID, in rao of TAO. The chain burns it. */
const burnAt = (at: BlockReference) =>
  Effect.gen(function* () {
    const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
    return yield* storage(chain, at, "subtensorModule", "burn", netuid).pipe(
      Effect.flatMap(decoded(Amount, netuid, "price of a registration"))
    )
  })

const submission = (netuid: number, hotkey: AccountAddress) => ({
  label: "burned_register",
  call: (api: Parameters<Parameters<typeof Chain.Service.submit>[0]["call"]>[0]) => {
    const call = api.tx.subtensorModule?.burnedRegister
    if (call === undefined) throw new Error("this chain has no SubtensorModule.burned_register: is --endpoint a Subtensor node?")
    return call(netuid, hotkey)
  }
})

/** Looks up everything that decides whether this coldkey can register this hotkey. Amounts in rao of TAO. */
export const lookAt = Effect.fn("registration.lookAt")(function* (hotkey: AccountAddress, coldkey: AccountAddress) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const { netuid } = subnet
  const head = yield* chain.finalisedHead
  const metagraph = yield* subnet.metagraph(head)
  const [burn, open, account, places] = yield* Effect.all(
    [
      burnAt(head),
      storage(chain, head, "subtensorModule", "networkRegistrationAllowed", netuid),
      storage(chain, head, "system", "account", coldkey).pipe(Effect.flatMap(decoded(Account, netuid, "accounts"))),
      storage(chain, head, "subtensorModule", "maxAllowedUids", netuid).pipe(
        Effect.flatMap(decoded(Schema.Number, netuid, "number of UIDs"))
      )
    ],
    { concurrency: "unbounded" }
  )
  const fee = yield* chain.feeOf({ ...submission(netuid, hotkey), signer: { address: coldkey } })
  return {
    netuid,
    block: head.number,
    hotkey,
    coldkey,
    uid: neuronOf(metagraph, hotkey)?.uid ?? null,
    burn,
    fee,
    free: account.data.free,
    isOpen: open !== false,
    neurons: metagraph.neurons.length,
    places
  }
})
export type Registration = Effect.Effect.Success<ReturnType<typeof lookAt>>

/** Fails if a registration sent now would be refused. */
export const check = ({ netuid, isOpen, burn, fee, free, coldkey }: Registration) =>
  Effect.gen(function* () {
    if (!isOpen) return yield* new RegistrationClosed({ netuid })
    if (free < burn + fee) return yield* new TooLittleTao({ coldkey, free, needed: burn + fee })
  })

/** Registers, unless the price has risen since it was shown, and returns the UID. */
export const register = Effect.fn("registration.register")(function* (signer: KeyPair, { netuid, hotkey, burn }: Registration) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const now = yield* Effect.flatMap(chain.finalisedHead, burnAt)
  if (now > burn) return yield* new CostRose({ shown: burn, now })
  const inclusion = yield* chain.submit({ ...submission(netuid, hotkey), signer, until: "finalised" })
  const metagraph = yield* subnet.metagraph(inclusion.block)
  return { uid: neuronOf(metagraph, hotkey)?.uid ?? null, block: inclusion.block.number, transaction: inclusion.extrinsicHash }
})
