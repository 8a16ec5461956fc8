/** The subnet's neurons at one finalised block. */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { isAddress } from "./publicAddress.ts"

/** A neuron's number on the subnet, 0..65535. At most 256 are rated: the contract's bitmaps hold no more. */
const Uid = Schema.Int.pipe(Schema.between(0, 65_535))

/** The address of a neuron's axon, as it published it. */
export const AxonAddress = Schema.Struct({
  ip: Schema.String.pipe(Schema.filter(isAddress)),
  port: Schema.Int.pipe(Schema.between(1, 65_535))
})
export interface AxonAddress extends Schema.Schema.Type<typeof AxonAddress> {}

/** The destination of a request to a neuron. */
export interface AxonTarget extends AxonAddress {
  readonly hotkey: AccountAddress
}

export const Neuron = Schema.Struct({
  uid: Uid,
  hotkey: AccountAddress,
  coldkey: AccountAddress,
  /** Alpha on the hotkey from all coldkeys, in rao. */
  stake: Schema.BigIntFromSelf,
  validatorPermit: Schema.Boolean,
  axon: Schema.NullOr(AxonAddress),
  /** The block of its last set_weights. */
  lastUpdate: Schema.Int,
  /** The block at which this hotkey got its UID. */
  registeredAt: Schema.Int
})
export interface Neuron extends Schema.Schema.Type<typeof Neuron> {}

/** All neurons, sorted by UID. */
export const Metagraph = Schema.Struct({
  netuid: Schema.Int,
  block: Schema.Int,
  neurons: Schema.Array(Neuron)
})
export interface Metagraph extends Schema.Schema.Type<typeof Metagraph> {}

/** The hotkey of each UID. */
export interface Holders {
  readonly neurons: ReadonlyArray<Pick<Neuron, "uid" | "hotkey">>
}

export const neuronOf = (metagraph: Metagraph, hotkey: AccountAddress): Neuron | undefined =>
  metagraph.neurons.find((neuron) => neuron.hotkey === hotkey)

/** The UID of the subnet owner's neuron, which receives the recycled share. */
export const RECYCLE_UID = 0
