/** What an export contains of each API endpoint. An endpoint without an entry does not compile. */
import type * as HttpApi from "@effect/platform/HttpApi"
import type * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Schema } from "effect"
import type { Api } from "../definition/Api.ts"
import { type LinkedFile, linkedArtefacts, linkedDocuments, linkedFacts, linkedReports } from "./linkedFiles.ts"

type GroupsOf<A> = A extends HttpApi.HttpApi<infer _Id, infer Groups, infer _E, infer _R> ? Groups : never
export type EndpointName = HttpApiGroup.HttpApiGroup.Endpoints<GroupsOf<typeof Api>>["name"]

/** Values of an endpoint's path and query parameters. */
export type ParameterValues = Readonly<Record<string, string>>

/** First rows of a list that was already read: as many as get their own answers. */
export type RowsOf = <A, I>(list: EndpointName, row: Schema.Schema<A, I>) => ReadonlyArray<A>

export type Source =
  /** The first rows of a list in default order. The page filters and sorts them. */
  | { readonly kind: "items"; readonly most: number }
  /** One answer for each set of parameter values. */
  | { readonly kind: "answers"; readonly by: ReadonlyArray<string>; readonly each: (rowsOf: RowsOf) => ReadonlyArray<ParameterValues> }
  /** Files that another endpoint's answers name. The page only links to them. */
  | {
      readonly kind: "files"
      readonly by: ReadonlyArray<string>
      readonly of: EndpointName
      readonly linked: (key: string, json: string) => ReadonlyArray<LinkedFile<SqlError, SqlClient>>
    }

/** Maximum of rows of a list. */
const ROWS = 2_000
/** Maximum of entities with their own answers, per kind. The embedded database takes ten times as long for each, and blocks other requests meanwhile. */
export const ENTITIES = { postgres: 500, embedded: 50 } as const

const items: Source = { kind: "items", most: ROWS }
const askedOnce: Source = { kind: "answers", by: [], each: () => [{}] }

const askedForEach = <A, I>(
  list: EndpointName,
  row: Schema.Schema<A, I>,
  give: (row: A) => ParameterValues,
  ...by: ReadonlyArray<string>
) => ({ kind: "answers", by, each: (rowsOf) => rowsOf(list, row).map(give) }) satisfies Source

type FilesSource = Extract<Source, { readonly kind: "files" }>

const files = (of: EndpointName, linked: FilesSource["linked"], ...by: ReadonlyArray<string>): Source => ({ kind: "files", by, of, linked })

const Id = Schema.Struct({ id: Schema.Int })
const Hotkey = Schema.Struct({ hotkey: Schema.String })
const Epoch = Schema.Struct({ epoch: Schema.Int })

const eachIssue = askedForEach("issues", Id, ({ id }) => ({ id: `${id}` }), "id")
const eachCompetition = askedForEach("competitions", Id, ({ id }) => ({ id: `${id}` }), "id")
const eachMiner = askedForEach("miners", Hotkey, ({ hotkey }) => ({ hotkey }), "hotkey")
const eachValidator = askedForEach("validators", Hotkey, ({ hotkey }) => ({ hotkey }), "hotkey")
const eachEpoch = askedForEach("consensusEpochs", Epoch, ({ epoch }) => ({ epoch: `${epoch}` }), "epoch")

/** The pairs of miners that met, in both orders. */
const eachPair: Source = {
  kind: "answers",
  by: ["a", "b"],
  each: (rowsOf) => {
    const met = rowsOf("competitions", Schema.Struct({ a: Hotkey, b: Hotkey }))
    const both = met.flatMap(({ a: { hotkey: a }, b: { hotkey: b } }) => [
      { a, b },
      { a: b, b: a }
    ])
    return [...new Map(both.map((pair) => [`${pair.a} ${pair.b}`, pair])).values()]
  }
}

export const PLAN = {
  issues: [items],
  issue: [eachIssue],
  votes: [items],
  attestations: [items],
  pullRequests: [items],
  suggestions: [items],
  repositories: [items],
  competitions: [items],
  competition: [eachCompetition],
  // A match's answer includes the newest plays.
  plays: [],
  competitionQuality: [eachCompetition],
  qualityDocument: [files("competitionQuality", linkedDocuments, "id", "hotkey")],
  artefact: [files("competitionQuality", linkedArtefacts, "digest")],
  headToHead: [eachPair],
  ratings: [items],
  miners: [items],
  miner: [eachMiner],
  activity: [eachMiner],
  leaderboard: [items],
  registrations: [items],
  scores: [items],
  treasury: [askedOnce],
  treasuryFlows: [items],
  collateral: [items],
  payouts: [items],
  validators: [items],
  validator: [eachValidator],
  weights: [items],
  reports: [items],
  consensusEpochs: [items, askedForEach("validators", Hotkey, ({ hotkey }) => ({ validator: hotkey }), "validator")],
  consensusEpoch: [eachEpoch],
  consensusFacts: [files("consensusEpoch", linkedFacts, "epoch")],
  consensusReport: [files("consensusEpoch", linkedReports, "epoch", "hotkey")],
  divergence: [items],
  evidence: [items],
  blocks: [items],
  calls: [items],
  events: [items],
  config: [askedOnce],
  configChanges: [items],
  stats: [askedOnce]
} satisfies Readonly<Record<EndpointName, ReadonlyArray<Source>>>
