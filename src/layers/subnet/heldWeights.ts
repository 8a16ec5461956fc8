/** What a validator has on the chain already: its weights, and how long they count. */
import { Effect, Schema } from "effect"
import { type BlockReference, Chain } from "../chain/Chain.ts"
import { Subnet, UnknownSubnet } from "./Subnet.ts"
import { activityCutoffAt } from "./selectiveMetagraph.ts"

/** UIDs and their weights from 0 to 65,535, for the subnet's first mechanism. Empty if the chain has revealed none. */
const Weights = Schema.Array(Schema.Tuple(Schema.Int, Schema.Int))

const decode = Schema.decodeUnknown(Weights)

/** The weights of a UID at a block, and after how many blocks without new ones the chain stops counting a validator. */
export const heldWeightsAt = Effect.fn("heldWeightsAt")(function* (uid: number, at: BlockReference) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* chain.readAt("weights of a UID", at.hash, async ({ query: { subtensorModule } }) =>
    (await subtensorModule?.weights?.(netuid, uid))?.toJSON()
  )
  const weights = yield* Effect.mapError(
    decode(found),
    ({ message }) => new UnknownSubnet({ netuid, reason: `unexpected form of weights: ${message}` })
  )
  return { weights, activityCutoff: yield* activityCutoffAt(at) }
})
