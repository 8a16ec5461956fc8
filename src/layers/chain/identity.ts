/** Which chain a stored file belongs to. */
import { Effect } from "effect"
import { Chain } from "./Chain.ts"

/**
 * The identity of a chain: the hash of its first block. The genesis hash does not tell dev chains apart, because all of them start from the same
 * state; it is the identity only where the node has no first block (yet). Signed messages name the genesis hash, as their formats demand.
 */
export const chainIdentity: Effect.Effect<string, never, Chain> = Effect.flatMap(Chain, ({ hashOf, genesisHash }) =>
  Effect.orElseSucceed(hashOf(1), () => genesisHash)
)

/** A chain's identity in the name of a file or folder. */
export const chainFileName = Effect.map(chainIdentity, (hash) => hash.slice(2, 18))
