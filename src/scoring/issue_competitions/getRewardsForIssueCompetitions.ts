/** The competitions' share of the emission goes to the contract's treasury, which fills bounties with it. */
import { Effect } from "effect"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { treasuryReward } from "../../rules/weights/treasuryReward.ts"

/**
 * The rewards at the metagraph's block `at`: everything for the UID of the treasury that the contract has there, because a vote may replace it. If it is not
 * registered, nothing is scored and the share is recycled.
 */
export const getRewardsForIssueCompetitions = Effect.fn("getRewardsForIssueCompetitions")(function* (
  metagraph: Metagraph,
  at: BlockReference
) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, block: at.number })
  const { treasuryHotkey } = yield* (yield* Contract).read("config", {}, at)
  return treasuryReward(metagraph, treasuryHotkey)
})
