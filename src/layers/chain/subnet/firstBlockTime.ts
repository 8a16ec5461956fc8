/** The time at which an epoch began. */
import { Effect } from "effect"
import { Chain } from "../node/Chain.ts"

/** The time of an epoch's first block, in seconds since 1970. The genesis block has no timestamp, so the next block's is taken. */
export const firstBlockTime = (firstBlock: number) =>
  Effect.flatMap(Chain, ({ hashOf, timeAt }) => Effect.flatMap(hashOf(Math.max(1, firstBlock)), timeAt))
