/** Names a chain in files: 16 digits of the hash of block 1, because dev chains may share a genesis; of the genesis while there is no block 1. */
import { Effect } from "effect"
import { Chain } from "./Chain.ts"

export const chainMark = Effect.flatMap(Chain, (chain) => Effect.orElseSucceed(chain.hashOf(1), () => chain.genesisHash)).pipe(
  Effect.map((hash) => hash.slice(2, 18))
)
