/** The JSON types of the API's answers, derived from its definition. Amounts are decimal strings in rao, times are ISO 8601. */
import type * as Chain from "../../../src/dashboard/api/definition/chain.ts"
import type * as Competitions from "../../../src/dashboard/api/definition/competitions.ts"
import type * as Consensus from "../../../src/dashboard/api/definition/consensus.ts"
import type * as Duels from "../../../src/dashboard/api/definition/duels.ts"
import type * as Issues from "../../../src/dashboard/api/definition/issues.ts"
import type * as Miners from "../../../src/dashboard/api/definition/miners.ts"
import type * as Money from "../../../src/dashboard/api/definition/money.ts"
import type * as Quality from "../../../src/dashboard/api/definition/quality.ts"
import type * as Records from "../../../src/dashboard/api/definition/records.ts"
import type * as Repositories from "../../../src/dashboard/api/definition/repositories.ts"
import type * as Stream from "../../../src/dashboard/api/definition/stream.ts"
import type * as System from "../../../src/dashboard/api/definition/system.ts"
import type * as Validators from "../../../src/dashboard/api/definition/validators.ts"
import type * as Values from "../../../src/dashboard/api/definition/values.ts"

export type { Topic } from "../../../src/dashboard/api/definition/stream.ts"

export type Moment = typeof Values.Moment.Encoded
export type CallRef = typeof Values.CallRef.Encoded
export type MinerRef = typeof Values.MinerRef.Encoded
export type IssueRef = typeof Values.IssueRef.Encoded

export type Issue = typeof Issues.Issue.Encoded
export type IssueDetail = typeof Issues.IssueDetail.Encoded
export type IssueStatus = Issue["status"]
export type Vote = typeof Issues.Vote.Encoded
export type Attestation = typeof Issues.Attestation.Encoded
export type PullRequest = typeof Issues.PullRequest.Encoded
export type Suggestion = typeof Issues.Suggestion.Encoded
export type Repository = typeof Repositories.Repository.Encoded

export type Competition = typeof Competitions.Competition.Encoded
export type CompetitionStatus = Competition["status"]
export type CompetitionDetail = typeof Competitions.CompetitionDetail.Encoded
export type MinerRecord = CompetitionDetail["records"]["a"]
export type Play = CompetitionDetail["plays"][number]
export type SameAccount = MinerRecord["sameAccount"][number]
export type CompetitionQuality = typeof Quality.CompetitionQuality.Encoded
export type QualityCost = typeof Duels.QualityCost.Encoded
export type QualityDuel = typeof Duels.QualityDuel.Encoded
export type QualityHead = typeof Quality.QualityHead.Encoded
export type QualityRecord = typeof Quality.QualityRecord.Encoded
export type SignedQuality = typeof Quality.SignedQuality.Encoded
export type HeadToHead = typeof Competitions.HeadToHead.Encoded
export type RatingChange = typeof Competitions.RatingChange.Encoded

export type Miner = typeof Miners.Miner.Encoded
export type MinerDetail = typeof Miners.MinerDetail.Encoded
export type Ranked = typeof Miners.Ranked.Encoded
export type Activity = typeof Miners.Activity.Encoded
export type Registration = typeof Miners.Registration.Encoded
export type Score = typeof Miners.Score.Encoded

export type Treasury = typeof Money.Treasury.Encoded
export type TreasuryFlow = typeof Money.TreasuryFlow.Encoded
export type CollateralFlow = typeof Money.CollateralFlow.Encoded
export type Payout = typeof Money.Payout.Encoded

export type Validator = typeof Validators.Validator.Encoded
export type ValidatorDetail = typeof Validators.ValidatorDetail.Encoded
export type Weights = typeof Validators.Weights.Encoded
export type Report = typeof Validators.Report.Encoded

export type ConsensusEpoch = typeof Consensus.ConsensusEpoch.Encoded
export type ConsensusEpochDetail = typeof Consensus.ConsensusEpochDetail.Encoded
export type ConsensusVoter = ConsensusEpochDetail["voters"][number]
export type ConsensusValue = ConsensusEpochDetail["values"][number]
export type Divergence = typeof Consensus.Divergence.Encoded
export type Evidence = typeof Consensus.Evidence.Encoded
export type SignedReport = typeof Consensus.SignedReport.Encoded
export type ConsensusFacts = typeof Consensus.ConsensusFacts.Encoded

export type Block = typeof Records.Block.Encoded
export type Call = typeof Records.Call.Encoded
export type Event = typeof Records.Event.Encoded

export type Config = typeof Chain.Config.Encoded
export type ConfigChange = typeof Chain.ConfigChange.Encoded
export type Stats = typeof Chain.Stats.Encoded
export type Health = typeof System.Health.Encoded

/** The stream's messages by their names. */
export type StreamMessages = { readonly [Name in keyof typeof Stream.MESSAGES]: (typeof Stream.MESSAGES)[Name]["Encoded"] }

/** One page of a list. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly next: string | null
}
