/** The competitions' share of the emission goes to the contract's treasury, which fills bounties with it. */
import { Effect } from "effect"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { treasuryReward } from "../../rules/weights/treasuryReward.ts"

/** The rewards at a block: everything for the treasury's UID. If the treasury is not registered, nothing is scored and the share is recycled. */
export const getRewardsForIssueCompetitions = Effect.fn("getRewardsForIssueCompetitions")(function* (metagraph: Metagraph, block: number) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, block })
  const contract = yield* Contract
  const { treasuryHotkey } = yield* contract.config
  return treasuryReward(metagraph, treasuryHotkey)
})
