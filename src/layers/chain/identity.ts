/** Which chain a stored file belongs to. */
import { Effect } from "effect"
import { Chain, type ChainUnavailable } from "./Chain.ts"

/**
 * The hash of the chain's first block. Unlike the genesis hash it tells dev chains apart, because all of them start from the same state. Fails if
 * the node does not answer or has no first block yet.
 */
export const firstBlockHash: Effect.Effect<string, ChainUnavailable, Chain> = Effect.flatMap(Chain, ({ hashOf }) => hashOf(1))

/**
 * The identity of a chain: the hash of its first block, or the genesis hash where that cannot be read. Signed messages name the genesis hash, as
 * their formats demand.
 */
export const chainIdentity: Effect.Effect<string, never, Chain> = Effect.flatMap(Chain, ({ genesisHash }) =>
  Effect.orElseSucceed(firstBlockHash, () => genesisHash)
)

/** A chain's identity in the name of a file or folder. */
export const chainFileName = Effect.map(chainIdentity, (hash) => hash.slice(2, 18))
