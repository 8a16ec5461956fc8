/** Chosen fields of a subnet's metagraph at one block, with one request for all neurons. */
import { Effect, Schema } from "effect"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { SmallInteger, Subnet, UnknownSubnet } from "./Subnet.ts"

/** The chain's numbers of the fields. They are places in its structure `Metagraph`, so a runtime can only add further ones. */
const NUMBERS = { activityCutoff: 28, hotkeys: 52, axons: 55, validatorPermit: 57, lastUpdate: 59, consensus: 63, totalStake: 69 }

/** Reads the fields that `form` has, and checks that they have this form. */
export const selectiveMetagraph = Effect.fn("Subnet.selectiveMetagraph")(function* <A, I>(
  at: BlockReference,
  form: Schema.Schema<A, I> & { readonly fields: { readonly [Name in keyof typeof NUMBERS]?: unknown } }
) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const numbers = Object.entries(NUMBERS).flatMap(([name, number]) => (name in form.fields ? [number] : []))
  const found = yield* chain.readAt("metagraph", at.hash, async ({ call }) =>
    (await call.subnetInfoRuntimeApi?.getSelectiveMetagraph?.(netuid, numbers))?.toJSON()
  )
  const unknown = (reason: string) => new UnknownSubnet({ netuid, reason })
  if (found === undefined) return yield* unknown("it has no SubnetInfoRuntimeApi.get_selective_metagraph: is --endpoint a Subtensor node?")
  if (found === null) return yield* unknown("there is no such subnet: is --netuid right?")
  return yield* Effect.mapError(Schema.decodeUnknown(form)(found), ({ message }) => unknown(`unexpected form of the metagraph: ${message}`))
})

const Cutoff = Schema.Struct({ activityCutoff: SmallInteger })

/**
 * How many blocks a validator counts after it last set or committed weights. Read here because the storage `ActivityCutoff` is not used any more by
 * runtimes of 2026, which take a multiple of the tempo.
 */
export const activityCutoffAt = (at: BlockReference) => Effect.map(selectiveMetagraph(at, Cutoff), ({ activityCutoff }) => activityCutoff)
