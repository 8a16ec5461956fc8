/**
 * What miners earn by merged pull requests in listed repositories.
 */
import { Effect } from "effect"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { nothingScored, type Scoring } from "../weights/rewards.ts"

/**
 * The rewards of the open-source contributions for a metagraph at a block: parts per million of their share by UID.
 * This program does not measure contributions; it says so by `NothingScored`, which recycles the share, and gives nobody a score that
 * nobody measured.
 */
export const getRewardsForOssContributions = Effect.fn("getRewardsForOssContributions")(function* (metagraph: Metagraph, block: number) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, block })
  const scoring: Scoring = nothingScored("contributions are not measured by this version: their share is recycled")
  return scoring
})
