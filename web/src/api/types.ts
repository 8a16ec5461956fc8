/** The JSON types of the API's answers, derived from its definition. Amounts are decimal strings in rao, times are ISO 8601. */
import type {
  ConfigChange as ConfigChangeSchema,
  Config as ConfigSchema,
  Stats as StatsSchema
} from "../../../src/dashboard/api/definition/chain.ts"
import type {
  CompetitionDetail as CompetitionDetailSchema,
  Competition as CompetitionSchema,
  HeadToHead as HeadToHeadSchema,
  RatingChange as RatingChangeSchema
} from "../../../src/dashboard/api/definition/competitions.ts"
import type {
  ConsensusEpochDetail as ConsensusEpochDetailSchema,
  ConsensusEpoch as ConsensusEpochSchema,
  ConsensusFacts as ConsensusFactsSchema,
  Divergence as DivergenceSchema,
  Evidence as EvidenceSchema,
  SignedReport as SignedReportSchema
} from "../../../src/dashboard/api/definition/consensus.ts"
import type { QualityCost as QualityCostSchema, QualityDuel as QualityDuelSchema } from "../../../src/dashboard/api/definition/duels.ts"
import type {
  Attestation as AttestationSchema,
  IssueDetail as IssueDetailSchema,
  Issue as IssueSchema,
  PullRequest as PullRequestSchema,
  Suggestion as SuggestionSchema,
  Vote as VoteSchema
} from "../../../src/dashboard/api/definition/issues.ts"
import type {
  Activity as ActivitySchema,
  MinerDetail as MinerDetailSchema,
  Miner as MinerSchema,
  Ranked as RankedSchema,
  Registration as RegistrationSchema,
  Score as ScoreSchema
} from "../../../src/dashboard/api/definition/miners.ts"
import type {
  CollateralFlow as CollateralFlowSchema,
  Payout as PayoutSchema,
  TreasuryFlow as TreasuryFlowSchema,
  Treasury as TreasurySchema
} from "../../../src/dashboard/api/definition/money.ts"
import type {
  CompetitionQuality as CompetitionQualitySchema,
  QualityHead as QualityHeadSchema,
  QualityRecord as QualityRecordSchema,
  SignedQuality as SignedQualitySchema
} from "../../../src/dashboard/api/definition/quality.ts"
import type { Block as BlockSchema, Call as CallSchema, Event as EventSchema } from "../../../src/dashboard/api/definition/records.ts"
import type { Repository as RepositorySchema } from "../../../src/dashboard/api/definition/repositories.ts"
import type { MESSAGES } from "../../../src/dashboard/api/definition/stream.ts"
import type { Health as HealthSchema } from "../../../src/dashboard/api/definition/system.ts"
import type {
  Report as ReportSchema,
  ValidatorDetail as ValidatorDetailSchema,
  Validator as ValidatorSchema,
  Weights as WeightsSchema
} from "../../../src/dashboard/api/definition/validators.ts"
import type {
  CallRef as CallRefSchema,
  IssueRef as IssueRefSchema,
  MinerRef as MinerRefSchema,
  Moment as MomentSchema
} from "../../../src/dashboard/api/definition/values.ts"

export type { Topic } from "../../../src/dashboard/api/definition/stream.ts"

export type Moment = typeof MomentSchema.Encoded
export type CallRef = typeof CallRefSchema.Encoded
export type MinerRef = typeof MinerRefSchema.Encoded
export type IssueRef = typeof IssueRefSchema.Encoded

export type Issue = typeof IssueSchema.Encoded
export type IssueDetail = typeof IssueDetailSchema.Encoded
export type IssueStatus = Issue["status"]
export type Vote = typeof VoteSchema.Encoded
export type Attestation = typeof AttestationSchema.Encoded
export type PullRequest = typeof PullRequestSchema.Encoded
export type Suggestion = typeof SuggestionSchema.Encoded
export type Repository = typeof RepositorySchema.Encoded

export type Competition = typeof CompetitionSchema.Encoded
export type CompetitionStatus = Competition["status"]
export type Competitor = Competition["a"]
export type CompetitionDetail = typeof CompetitionDetailSchema.Encoded
export type MinerRecord = CompetitionDetail["records"]["a"]
export type Play = CompetitionDetail["plays"][number]
export type SameAccount = MinerRecord["sameAccount"][number]
export type CompetitionQuality = typeof CompetitionQualitySchema.Encoded
export type QualityCost = typeof QualityCostSchema.Encoded
export type QualityDuel = typeof QualityDuelSchema.Encoded
export type QualityHead = typeof QualityHeadSchema.Encoded
export type QualityRecord = typeof QualityRecordSchema.Encoded
export type SignedQuality = typeof SignedQualitySchema.Encoded
export type HeadToHead = typeof HeadToHeadSchema.Encoded
export type RatingChange = typeof RatingChangeSchema.Encoded

export type Miner = typeof MinerSchema.Encoded
export type MinerDetail = typeof MinerDetailSchema.Encoded
export type Ranked = typeof RankedSchema.Encoded
export type Activity = typeof ActivitySchema.Encoded
export type Registration = typeof RegistrationSchema.Encoded
export type Score = typeof ScoreSchema.Encoded

export type Treasury = typeof TreasurySchema.Encoded
export type TreasuryFlow = typeof TreasuryFlowSchema.Encoded
export type CollateralFlow = typeof CollateralFlowSchema.Encoded
export type Payout = typeof PayoutSchema.Encoded

export type Validator = typeof ValidatorSchema.Encoded
export type ValidatorDetail = typeof ValidatorDetailSchema.Encoded
export type Weights = typeof WeightsSchema.Encoded
export type Report = typeof ReportSchema.Encoded

export type ConsensusEpoch = typeof ConsensusEpochSchema.Encoded
export type ConsensusEpochDetail = typeof ConsensusEpochDetailSchema.Encoded
export type ConsensusVoter = ConsensusEpochDetail["voters"][number]
export type ConsensusValue = ConsensusEpochDetail["values"][number]
export type Divergence = typeof DivergenceSchema.Encoded
export type Evidence = typeof EvidenceSchema.Encoded
export type SignedReport = typeof SignedReportSchema.Encoded
export type ConsensusFacts = typeof ConsensusFactsSchema.Encoded

export type Block = typeof BlockSchema.Encoded
export type Call = typeof CallSchema.Encoded
export type Event = typeof EventSchema.Encoded

export type Config = typeof ConfigSchema.Encoded
export type ConfigChange = typeof ConfigChangeSchema.Encoded
export type Stats = typeof StatsSchema.Encoded
export type Health = typeof HealthSchema.Encoded

/** The stream's messages by their names. */
export type StreamMessages = { readonly [Name in keyof typeof MESSAGES]: (typeof MESSAGES)[Name]["Encoded"] }

/** One page of a list. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly next: string | null
}
