/** What the competitions' share of the emission is for: the contract's treasury, which fills bounties with it. */
import { Effect } from "effect"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { treasuryReward } from "./rules/treasuryReward.ts"

/** The rewards at a block: everything to the treasury's UID while it is registered, else nothing is scored and the share is recycled. */
export const getRewardsForIssueCompetitions = Effect.fn("getRewardsForIssueCompetitions")(function* (metagraph: Metagraph, block: number) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, block })
  const contract = yield* Contract
  const { treasuryHotkey } = yield* contract.config
  return treasuryReward(metagraph, treasuryHotkey)
})
