/** Reads alpha's price in TAO, for display only: traders move it, so nothing is decided by it. */
import { Effect, Schema } from "effect"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { Integer, Subnet, UnknownSubnet } from "./Subnet.ts"

/**
 * Rao of TAO for one alpha at a block; undefined where the chain names no price. The runtime multiplies the price of its pallet `Swap` by 10⁹
 * (Subtensor's `runtime/src/lib.rs`). That pallet does not price a pool by its two sides alone, so `SubnetTAO` and `SubnetAlphaIn` would not do.
 */
export const alphaPrice = Effect.fn("Subnet.alphaPrice")(function* (at: BlockReference) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* chain.readAt("price of alpha", at.hash, async ({ call: { swapRuntimeApi } }) =>
    (await swapRuntimeApi?.currentAlphaPrice?.(netuid))?.toJSON()
  )
  if (found === undefined) return undefined
  const price = yield* Effect.mapError(
    Schema.decodeUnknown(Integer)(found),
    ({ message }) => new UnknownSubnet({ netuid, reason: `its price of alpha has another form: ${message}` })
  )
  return price === 0n ? undefined : price
})
