/** The JSON document of a scored round that `gittensor score-round` prints. */
import type { RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import type { Emission } from "../../../domain/Emission.ts"
import { pullRequestsOf, type RoundScore } from "../../../rules/contributions/scoreRound.ts"
import { poolDocuments } from "../../../rules/weights/pools.ts"

export const roundDocument = (record: RoundRecord, round: RoundScore, emission: Emission) => ({
  rewards: Object.fromEntries(round.rewards),
  pull_requests: round.miners.flatMap((miner) =>
    pullRequestsOf(miner, record).map(({ pull, factors, spam, earned, collateral }) => ({
      uid: miner.uid,
      repository: pull.repo_full_name.toLowerCase(),
      number: pull.pr_number,
      state: pull.state,
      base_score: factors.base,
      token_score: factors.tokenScore,
      issue_multiplier: factors.issue,
      label_multiplier: factors.label,
      time_decay_multiplier: factors.decay,
      review_quality_multiplier: factors.review,
      open_pr_spam_multiplier: spam,
      earned_score: earned,
      collateral_score: collateral
    }))
  ),
  pools: poolDocuments(emission)
})
