/**
 * The API's endpoints for the page: path, parameters, type of the answer, and the stream topics that announce its
 * changes. test/unit/web/endpoints.test.ts compares this with the API's definition.
 */
import type * as Chain from "../../../src/dashboard/api/definition/chain.ts"
import type * as Competitions from "../../../src/dashboard/api/definition/competitions.ts"
import type * as Consensus from "../../../src/dashboard/api/definition/consensus.ts"
import type * as Issues from "../../../src/dashboard/api/definition/issues.ts"
import type * as Miners from "../../../src/dashboard/api/definition/miners.ts"
import type * as Money from "../../../src/dashboard/api/definition/money.ts"
import type * as Plays from "../../../src/dashboard/api/definition/plays.ts"
import type * as Records from "../../../src/dashboard/api/definition/records.ts"
import type * as Repositories from "../../../src/dashboard/api/definition/repositories.ts"
import type * as Validators from "../../../src/dashboard/api/definition/validators.ts"
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
  issues: list<T.Issue, typeof Issues.IssueQuery.Encoded>("/v1/issues", ({ id }) => `${id}`, "issues"),
  issue: byId<T.IssueDetail>("/v1/issues/:id", "issues", "competitions"),
  votes: list<T.Vote, typeof Issues.VoteQuery.Encoded>("/v1/votes", eventKey, "issues", "competitions"),
  attestations: list<T.Attestation, typeof Issues.AttestationQuery.Encoded>("/v1/attestations", eventKey, "issues"),
  pullRequests: list<T.PullRequest, typeof Issues.PullRequestQuery.Encoded>(
    "/v1/pull-requests",
    ({ repository, number, issue }) => `${repository}#${number}-${issue.id}`,
    "issues",
    "competitions"
  ),
  suggestions: list<T.Suggestion, typeof Issues.SuggestionQuery.Encoded>(
    "/v1/suggestions",
    ({ repository, number }) => `${repository}#${number}`,
    "issues"
  ),

  repositories: list<T.Repository, typeof Repositories.RepositoryQuery.Encoded>(
    "/v1/repositories",
    ({ repository }) => repository,
    "issues"
  ),

  competitions: list<T.Competition, typeof Competitions.CompetitionQuery.Encoded>("/v1/competitions", ({ id }) => `${id}`, "competitions"),
  competition: byId<T.CompetitionDetail>("/v1/competitions/:id", "competitions", "issues", "miners"),
  plays: (competition: number) =>
    list<T.Play, typeof Plays.PlayQuery.Encoded>(
      `/v1/competitions/${competition}/plays`,
      ({ commit, kind, number, place, repository }) => `${repository}-${number}-${place ?? `${kind}-${commit}`}`,
      "competitions"
    ),
  competitionQuality: byId<T.CompetitionQuality>("/v1/competitions/:id/quality", "competitions"),
  qualityDocument: (competition: number) => byId<T.SignedQuality>(`/v1/competitions/${competition}/quality/:hotkey`, "competitions"),
  /** A file, which the page only links. */
  artefact: byId<string>("/v1/artefacts/:digest", "competitions"),
  headToHead: (filters: Filters<typeof Competitions.HeadToHeadQuery.Encoded>): Question<T.HeadToHead> => ({
    path: "/v1/head-to-head",
    parameters: { ...filters, limit: "100" },
    topics: ["competitions", "miners"]
  }),
  ratings: list<T.RatingChange, typeof Competitions.RatingQuery.Encoded>(
    "/v1/ratings",
    ({ hotkey, at, cause, competition }) => `${hotkey}-${at.block}-${cause}-${competition}`,
    "leaderboard",
    "miners"
  ),

  miners: list<T.Miner, typeof Miners.MinerQuery.Encoded>("/v1/miners", ({ hotkey }) => hotkey, "miners", "leaderboard"),
  miner: byId<T.MinerDetail>("/v1/miners/:hotkey", "miners", "competitions", "payouts"),
  activity: (hotkey: string) =>
    list<T.Activity, typeof Miners.ActivityQuery.Encoded>(
      `/v1/miners/${encodeURIComponent(hotkey)}/activity`,
      ({ round, issue }) => `${round}-${issue}`,
      "issues"
    ),
  leaderboard: list<T.Ranked, typeof Miners.LeaderboardQuery.Encoded>("/v1/leaderboard", ({ hotkey }) => hotkey, "leaderboard"),
  registrations: list<T.Registration, typeof Miners.RegistrationQuery.Encoded>(
    "/v1/registrations",
    ({ uid, heldFrom }) => `${uid}-${heldFrom.block}`,
    "miners"
  ),
  scores: list<T.Score, typeof Miners.ScoreQuery.Encoded>(
    "/v1/scores",
    ({ epoch, hotkey, repository }) => `${epoch}-${hotkey}-${repository}`,
    "reports"
  ),

  treasury: one<T.Treasury>("/v1/treasury", "treasury"),
  treasuryFlows: list<T.TreasuryFlow, typeof Money.TreasuryFlowQuery.Encoded>(
    "/v1/treasury/flows",
    (flow) => `${eventKey(flow)}-${flow.kind}-${flow.issue?.id}`,
    "treasury"
  ),
  collateral: list<T.CollateralFlow, typeof Money.CollateralQuery.Encoded>(
    "/v1/collateral",
    (flow) => `${eventKey(flow)}-${flow.kind}-${flow.hotkey}`,
    "miners",
    "treasury"
  ),
  payouts: list<T.Payout, typeof Money.PayoutQuery.Encoded>("/v1/payouts", eventKey, "payouts"),

  validators: list<T.Validator, typeof Validators.ValidatorQuery.Encoded>("/v1/validators", ({ hotkey }) => hotkey, "validators"),
  validator: byId<T.ValidatorDetail>("/v1/validators/:hotkey", "validators"),
  weights: list<T.Weights, typeof Validators.WeightsQuery.Encoded>(
    "/v1/weights",
    ({ at, extrinsic }) => `${at.block}-${extrinsic}`,
    "weights"
  ),
  reports: list<T.Report, typeof Validators.ReportQuery.Encoded>(
    "/v1/reports",
    ({ at, extrinsic }) => `${at.block}-${extrinsic}`,
    "reports"
  ),

  consensusEpochs: list<T.ConsensusEpoch, typeof Consensus.ConsensusEpochQuery.Encoded>(
    "/v1/consensus/epochs",
    ({ epoch }) => `${epoch}`,
    "consensus"
  ),
  consensusEpoch: byId<T.ConsensusEpochDetail>("/v1/consensus/epochs/:epoch", "consensus"),
  consensusFacts: byId<T.ConsensusFacts>("/v1/consensus/epochs/:epoch/facts", "consensus"),
  consensusReport: (epoch: number) => byId<T.SignedReport>(`/v1/consensus/epochs/${epoch}/reports/:hotkey`, "consensus"),
  divergence: list<T.Divergence, typeof Consensus.DivergenceQuery.Encoded>(
    "/v1/consensus/divergence",
    ({ epoch, validator }) => `${epoch}-${validator}`,
    "consensus"
  ),
  evidence: list<T.Evidence, typeof Consensus.EvidenceQuery.Encoded>(
    "/v1/consensus/evidence",
    ({ epoch, position }) => `${epoch}-${position}`,
    "consensus"
  ),

  blocks: list<T.Block, typeof Records.BlockQuery.Encoded>("/v1/blocks", ({ number }) => `${number}`, "blocks"),
  calls: list<T.Call, typeof Records.CallQuery.Encoded>(
    "/v1/calls",
    ({ at, extrinsic, position }) => `${at.block}-${extrinsic}-${position}`,
    "calls"
  ),
  events: list<T.Event, typeof Records.EventQuery.Encoded>("/v1/events", ({ at, index }) => `${at.block}-${index}`, "events"),

  config: one<T.Config>("/v1/config", "config"),
  configChanges: list<T.ConfigChange, typeof Chain.ConfigChangeQuery.Encoded>("/v1/config/changes", eventKey, "config"),
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
