/** Reads chosen fields of a subnet's metagraph at one block, in one request for all neurons. */
import { Effect, Schema } from "effect"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { SmallInteger, Subnet, UnknownSubnet } from "./Subnet.ts"

/**
 * The chain's field numbers, Subtensor's `SelectiveMetagraphIndex`. They are positions in its struct `Metagraph`, so a runtime can only append
 * fields.
 */
const NUMBERS = { activityCutoff: 28, hotkeys: 52, axons: 55, validatorPermit: 57, lastUpdate: 59, consensus: 63, totalStake: 69 }

/** Reads the fields of `form`, and validates them. */
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
 * The activity cutoff: for how many blocks a validator counts after it last set or committed weights. Runtimes of 2026 no longer use the storage item
 * `ActivityCutoff`, but a multiple of the tempo, so it is read here.
 */
export const activityCutoffAt = (at: BlockReference) => Effect.map(selectiveMetagraph(at, Cutoff), ({ activityCutoff }) => activityCutoff)
