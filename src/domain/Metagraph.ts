/**
 * The subnet's neurons at one finalised block, as the chain lists them.
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"

/** The neuron's number on the subnet, 0..65535 (at most 256 of them are rated: the contract's bitmaps hold as many). */
export const Uid = Schema.Int.pipe(Schema.between(0, 65_535))

/** Where a neuron says that it can be reached. */
export const AxonAddress = Schema.Struct({ ip: Schema.String, port: Schema.Int.pipe(Schema.between(1, 65_535)) })
export interface AxonAddress extends Schema.Schema.Type<typeof AxonAddress> {}

export const Neuron = Schema.Struct({
  uid: Uid,
  hotkey: AccountAddress,
  coldkey: AccountAddress,
  /** Alpha on the hotkey from all its coldkeys, in rao. */
  stake: Schema.BigIntFromSelf,
  validatorPermit: Schema.Boolean,
  axon: Schema.NullOr(AxonAddress),
  /** The block of its last set_weights. */
  lastUpdate: Schema.Int,
  /** The block at which this hotkey got its UID. */
  registeredAt: Schema.Int
})
export interface Neuron extends Schema.Schema.Type<typeof Neuron> {}

/** All neurons in the order of their UIDs. */
export const Metagraph = Schema.Struct({
  netuid: Schema.Int,
  block: Schema.Int,
  neurons: Schema.Array(Neuron)
})
export interface Metagraph extends Schema.Schema.Type<typeof Metagraph> {}

/** The neuron that holds this hotkey, if it is registered. */
export const neuronOf = (metagraph: Metagraph, hotkey: AccountAddress): Neuron | undefined =>
  metagraph.neurons.find((neuron) => neuron.hotkey === hotkey)

/** The UID that the subnet's recycled share goes to: the subnet owner's neuron. */
export const RECYCLE_UID = 0
