/**
 * The API's endpoints for the page: path, parameters, type of the answer, and the stream topics that announce its
 * changes. test/unit/web/endpoints.test.ts compares this with the API's definition.
 */
import type { ConfigChangeQuery } from "../../../src/dashboard/api/definition/chain.ts"
import type { CompetitionQuery, HeadToHeadQuery, RatingQuery } from "../../../src/dashboard/api/definition/competitions.ts"
import type { ConsensusEpochQuery, DivergenceQuery, EvidenceQuery } from "../../../src/dashboard/api/definition/consensus.ts"
import type {
  AttestationQuery,
  IssueQuery,
  PullRequestQuery,
  SuggestionQuery,
  VoteQuery
} from "../../../src/dashboard/api/definition/issues.ts"
import type {
  ActivityQuery,
  LeaderboardQuery,
  MinerQuery,
  RegistrationQuery,
  ScoreQuery
} from "../../../src/dashboard/api/definition/miners.ts"
import type { CollateralQuery, PayoutQuery, TreasuryFlowQuery } from "../../../src/dashboard/api/definition/money.ts"
import type { PlayQuery } from "../../../src/dashboard/api/definition/plays.ts"
import type { BlockQuery, CallQuery, EventQuery } from "../../../src/dashboard/api/definition/records.ts"
import type { RepositoryQuery } from "../../../src/dashboard/api/definition/repositories.ts"
import type { ReportQuery, ValidatorQuery, WeightsQuery } from "../../../src/dashboard/api/definition/validators.ts"
import type * as T from "./types.ts"

/** Query parameters. Undefined ones are omitted. */
export type Parameters = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/** A request to the API with the type of its answer. */
export interface Question<A> {
  readonly path: string
  readonly parameters: Parameters
  readonly topics: ReadonlyArray<T.Topic>
  /** Exists only in types. */
  readonly answers?: A
}

/** A request for a paged list. Each item has a key. */
export interface ListQuestion<A> extends Question<T.Page<A>> {
  keyOf(item: A): string
}

type Filters<Query> = Omit<Query, "cursor" | "limit"> & Parameters

const one =
  <A>(path: string, ...topics: ReadonlyArray<T.Topic>) =>
  (): Question<A> => ({ path, parameters: {}, topics })

const byId =
  <A>(path: string, ...topics: ReadonlyArray<T.Topic>) =>
  (id: number | string): Question<A> => ({ path: path.replace(/:\w+/, encodeURIComponent(id)), parameters: {}, topics })

const list =
  <A, Query>(path: string, keyOf: (item: A) => string, ...topics: ReadonlyArray<T.Topic>) =>
  (filters: Filters<Query>): ListQuestion<A> => ({ path, parameters: filters, topics, keyOf })

const eventKey = ({ at, event }: { readonly at: T.Moment; readonly event: number }) => `${at.block}-${event}`

export const endpoints = {
  issues: list<T.Issue, typeof IssueQuery.Encoded>("/v1/issues", ({ id }) => `${id}`, "issues"),
  issue: byId<T.IssueDetail>("/v1/issues/:id", "issues", "competitions"),
  votes: list<T.Vote, typeof VoteQuery.Encoded>("/v1/votes", eventKey, "issues", "competitions"),
  attestations: list<T.Attestation, typeof AttestationQuery.Encoded>("/v1/attestations", eventKey, "issues"),
  pullRequests: list<T.PullRequest, typeof PullRequestQuery.Encoded>(
    "/v1/pull-requests",
    ({ repository, number, issue }) => `${repository}#${number}-${issue.id}`,
    "issues",
    "competitions"
  ),
  suggestions: list<T.Suggestion, typeof SuggestionQuery.Encoded>(
    "/v1/suggestions",
    ({ repository, number }) => `${repository}#${number}`,
    "issues"
  ),

  repositories: list<T.Repository, typeof RepositoryQuery.Encoded>("/v1/repositories", ({ repository }) => repository, "issues"),

  competitions: list<T.Competition, typeof CompetitionQuery.Encoded>("/v1/competitions", ({ id }) => `${id}`, "competitions"),
  competition: byId<T.CompetitionDetail>("/v1/competitions/:id", "competitions", "issues", "miners"),
  plays: (competition: number) =>
    list<T.Play, typeof PlayQuery.Encoded>(
      `/v1/competitions/${competition}/plays`,
      ({ commit, kind, number, place, repository }) => `${repository}-${number}-${place ?? `${kind}-${commit}`}`,
      "competitions"
    ),
  competitionQuality: byId<T.CompetitionQuality>("/v1/competitions/:id/quality", "competitions"),
  qualityDocument: (competition: number) => byId<T.SignedQuality>(`/v1/competitions/${competition}/quality/:hotkey`, "competitions"),
  /** A file, which the page only links. */
  artefact: byId<string>("/v1/artefacts/:digest", "competitions"),
  headToHead: (filters: Filters<typeof HeadToHeadQuery.Encoded>): Question<T.HeadToHead> => ({
    path: "/v1/head-to-head",
    parameters: { ...filters, limit: "100" },
    topics: ["competitions", "miners"]
  }),
  ratings: list<T.RatingChange, typeof RatingQuery.Encoded>(
    "/v1/ratings",
    ({ hotkey, at, cause, competition }) => `${hotkey}-${at.block}-${cause}-${competition}`,
    "leaderboard",
    "miners"
  ),

  miners: list<T.Miner, typeof MinerQuery.Encoded>("/v1/miners", ({ hotkey }) => hotkey, "miners", "leaderboard"),
  miner: byId<T.MinerDetail>("/v1/miners/:hotkey", "miners", "competitions", "payouts"),
  activity: (hotkey: string) =>
    list<T.Activity, typeof ActivityQuery.Encoded>(
      `/v1/miners/${encodeURIComponent(hotkey)}/activity`,
      ({ round, issue }) => `${round}-${issue}`,
      "issues"
    ),
  leaderboard: list<T.Ranked, typeof LeaderboardQuery.Encoded>("/v1/leaderboard", ({ hotkey }) => hotkey, "leaderboard"),
  registrations: list<T.Registration, typeof RegistrationQuery.Encoded>(
    "/v1/registrations",
    ({ uid, heldFrom }) => `${uid}-${heldFrom.block}`,
    "miners"
  ),
  scores: list<T.Score, typeof ScoreQuery.Encoded>(
    "/v1/scores",
    ({ epoch, hotkey, repository }) => `${epoch}-${hotkey}-${repository}`,
    "reports"
  ),

  treasury: one<T.Treasury>("/v1/treasury", "treasury"),
  treasuryFlows: list<T.TreasuryFlow, typeof TreasuryFlowQuery.Encoded>(
    "/v1/treasury/flows",
    (flow) => `${eventKey(flow)}-${flow.kind}-${flow.issue?.id}`,
    "treasury"
  ),
  collateral: list<T.CollateralFlow, typeof CollateralQuery.Encoded>(
    "/v1/collateral",
    (flow) => `${eventKey(flow)}-${flow.kind}-${flow.hotkey}`,
    "miners",
    "treasury"
  ),
  payouts: list<T.Payout, typeof PayoutQuery.Encoded>("/v1/payouts", eventKey, "payouts"),

  validators: list<T.Validator, typeof ValidatorQuery.Encoded>("/v1/validators", ({ hotkey }) => hotkey, "validators"),
  validator: byId<T.ValidatorDetail>("/v1/validators/:hotkey", "validators"),
  weights: list<T.Weights, typeof WeightsQuery.Encoded>("/v1/weights", ({ at, extrinsic }) => `${at.block}-${extrinsic}`, "weights"),
  reports: list<T.Report, typeof ReportQuery.Encoded>("/v1/reports", ({ at, extrinsic }) => `${at.block}-${extrinsic}`, "reports"),

  consensusEpochs: list<T.ConsensusEpoch, typeof ConsensusEpochQuery.Encoded>(
    "/v1/consensus/epochs",
    ({ epoch }) => `${epoch}`,
    "consensus"
  ),
  consensusEpoch: byId<T.ConsensusEpochDetail>("/v1/consensus/epochs/:epoch", "consensus"),
  consensusFacts: byId<T.ConsensusFacts>("/v1/consensus/epochs/:epoch/facts", "consensus"),
  consensusReport: (epoch: number) => byId<T.SignedReport>(`/v1/consensus/epochs/${epoch}/reports/:hotkey`, "consensus"),
  divergence: list<T.Divergence, typeof DivergenceQuery.Encoded>(
    "/v1/consensus/divergence",
    ({ epoch, validator }) => `${epoch}-${validator}`,
    "consensus"
  ),
  evidence: list<T.Evidence, typeof EvidenceQuery.Encoded>(
    "/v1/consensus/evidence",
    ({ epoch, position }) => `${epoch}-${position}`,
    "consensus"
  ),

  blocks: list<T.Block, typeof BlockQuery.Encoded>("/v1/blocks", ({ number }) => `${number}`, "blocks"),
  calls: list<T.Call, typeof CallQuery.Encoded>(
    "/v1/calls",
    ({ at, extrinsic, position }) => `${at.block}-${extrinsic}-${position}`,
    "calls"
  ),
  events: list<T.Event, typeof EventQuery.Encoded>("/v1/events", ({ at, index }) => `${at.block}-${index}`, "events"),

  config: one<T.Config>("/v1/config", "config"),
  configChanges: list<T.ConfigChange, typeof ConfigChangeQuery.Encoded>("/v1/config/changes", eventKey, "config"),
  stats: one<T.Stats>("/v1/stats", "stats", "blocks")
} as const

/** The address of a request. */
export const addressOf = ({ path, parameters }: Question<unknown>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    for (const one of typeof value === "string" ? [value] : value) query.append(name, one)
  }
  const text = query.toString()
  return text === "" ? path : `${path}?${text}`
}
