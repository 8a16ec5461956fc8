/** A subnet's hyperparameters, under the chain's names. */
import { Effect, Schema } from "effect"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { Subnet, UnknownSubnet } from "./Subnet.ts"

/** A value; a fixed-point number comes as its bits. */
const Value = Schema.Union(
  Schema.Boolean,
  Schema.Number,
  Schema.String,
  Schema.Struct({ bits: Schema.Union(Schema.Number, Schema.String) })
)
const Entries = Schema.Array(
  Schema.Struct({
    name: Schema.String,
    value: Schema.Record({ key: Schema.String, value: Value })
  })
)

/** A name, which the chain gives as text or as 0x-hex of its bytes. */
const nameFrom = (name: string): string => (name.startsWith("0x") ? Buffer.from(name.slice(2), "hex").toString("utf8") : name)

const plain = (value: typeof Value.Type): boolean | number | string => {
  if (typeof value === "object") return String(value.bits)
  return typeof value === "string" && /^0x[0-9a-f]+$/.test(value) ? BigInt(value).toString() : value
}

/** The older answer: a record with polkadot.js's names, in the order of the chain's fields. */
const Fields = Schema.Record({ key: Schema.String, value: Value })

/** `maxAllowedUids` as the chain and the newer list write it: `max_allowed_uids`. */
const chainName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * The hyperparameters in the chain's order. An integer above 2⁵³ is given as text. Runtimes older than October 2026 only answer
 * `get_subnet_hyperparams_v2`.
 */
export const hyperparameters = Effect.fn("Subnet.hyperparameters")(function* (at: BlockReference) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const { list, fields } = yield* chain.readAt("hyperparameters", at.hash, async ({ call: { subnetInfoRuntimeApi } }) => {
    const newest = subnetInfoRuntimeApi?.getSubnetHyperparamsV3
    return newest === undefined
      ? { fields: (await subnetInfoRuntimeApi?.getSubnetHyperparamsV2?.(netuid))?.toJSON() }
      : { list: (await newest(netuid)).toJSON() }
  })
  const found = list === undefined ? fields : list
  if (found === undefined)
    return yield* new UnknownSubnet({ netuid, reason: "it has no list of hyperparameters: is --endpoint a Subtensor node?" })
  if (found === null) return yield* new UnknownSubnet({ netuid, reason: "there is no such subnet: is --netuid right?" })
  const otherForm = ({ message }: { readonly message: string }) =>
    new UnknownSubnet({ netuid, reason: `its hyperparameters have another form: ${message}` })
  if (list === undefined) {
    const older = yield* Effect.mapError(Schema.decodeUnknown(Fields)(fields), otherForm)
    return Object.entries(older).map(([name, value]) => ({ name: chainName(name), value: plain(value) }))
  }
  const entries = yield* Effect.mapError(Schema.decodeUnknown(Entries)(list), otherForm)
  return entries.map(({ name, value }) => ({ name: nameFrom(name), value: plain(Object.values(value)[0] ?? "") }))
})

/** The block at which the subnet's next epoch begins, none where the chain does not say. */
export const nextEpoch = Effect.fn("Subnet.nextEpoch")(function* (at: BlockReference) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* chain.readAt("next epoch", at.hash, async (api) =>
    (await api.call.subnetInfoRuntimeApi?.getNextEpochStartBlock?.(netuid))?.toJSON()
  )
  return typeof found === "number" ? found : null
})
