/** Every query finds its rows or its order through an index. None reads a whole table, however large it grows. */

import * as OpenApi from "@effect/platform/OpenApi"
import { SqlClient } from "@effect/sql/SqlClient"
import * as Statement from "@effect/sql/Statement"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Api } from "../../../src/dashboard/api/definition/Api.ts"
import { ISSUE_SORTS, TIME_SORTS } from "../../../src/dashboard/api/definition/choices.ts"
import { ALICE, BOB, seed, VALIDATOR } from "../../support/api/seed.ts"
import { askedWith } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

/** Tables that grow with the chain. The number of miners and validators is bounded by the subnet. */
const GROWING = new Set(
  [
    "blocks",
    "calls",
    "events",
    "votes",
    "attestations",
    "issues",
    "competitions",
    "ratings",
    "payouts",
    "treasury_flows",
    "weights"
  ].concat("collateral_flows", "pull_requests", "reports", "scores", "registrations", "github_links", [
    "consensus_epochs",
    "consensus_voters",
    "consensus_values",
    "consensus_findings",
    "consensus_divergences",
    "quality_documents",
    "quality_records",
    "quality_duels",
    "quality_costs"
  ])
)

const paths = [
  "issues",
  "config",
  "config/changes?kind=ConfigChanged",
  "config/changes?change=1",
  `config/changes?account=${VALIDATOR}`,
  "issues?status=Open&status=Funding",
  "issues?status=Paid&sort=target",
  "issues?repository=acme/widgets",
  "issues?label=bug",
  "issues?language=Rust",
  "issues?language=Rust&language=Go",
  "issues?search=crash",
  `issues?competitor=${ALICE}`,
  ...ISSUE_SORTS.map((sort) => `issues?sort=${sort}`),
  "issues/1",
  "votes",
  ...TIME_SORTS.map((sort) => `votes?sort=${sort}`),
  "votes?issue=1",
  "votes?competition=1",
  `votes?validator=${VALIDATOR}`,
  "votes?kind=outcome",
  "votes?live=true",
  "attestations",
  "attestations?issue=1",
  "attestations?round=1",
  `attestations?validator=${VALIDATOR}`,
  "attestations?uid=1",
  "suggestions",
  "suggestions?repository=acme/widgets",
  "repositories",
  "repositories?repository=acme/widgets",
  "pull-requests",
  "pull-requests?issue=1",
  "pull-requests?competition=1",
  `pull-requests?hotkey=${ALICE}`,
  "pull-requests?state=merged",
  "competitions",
  ...TIME_SORTS.map((sort) => `competitions?sort=${sort}`),
  "competitions?repository=acme/widgets",
  "competitions?search=crash",
  "competitions?status=Running",
  "competitions?issue=1",
  `competitions?miner=${ALICE}`,
  "competitions/1",
  ...TIME_SORTS.map((sort) => `competitions/1/plays?sort=${sort}`),
  "competitions/1/quality",
  `competitions/1/quality/${VALIDATOR}`,
  `head-to-head?a=${ALICE}&b=${BOB}`,
  "ratings",
  `ratings?hotkey=${ALICE}`,
  "ratings?competition=1",
  "ratings?from=10&to=20",
  `miners/${ALICE}`,
  `miners/${ALICE}/activity`,
  `miners/${ALICE}/activity?issue=1`,
  "registrations",
  `registrations?hotkey=${ALICE}`,
  "registrations?uid=1",
  "scores",
  "scores?epoch=2",
  `scores?hotkey=${ALICE}`,
  "scores?repository=acme/widgets",
  "treasury/flows",
  "treasury/flows?kind=funded",
  "treasury/flows?issue=1",
  "treasury/flows?from=10&to=20",
  "collateral",
  "collateral?kind=slashed",
  `collateral?hotkey=${ALICE}`,
  "collateral?from=10&to=20",
  "payouts",
  `payouts?hotkey=${ALICE}`,
  "payouts?from=20&to=40",
  "payouts?from=2026-01-01&to=2026-01-02",
  "validators",
  `validators/${VALIDATOR}`,
  "weights",
  `weights?validator=${VALIDATOR}`,
  "weights?from=10&to=20",
  "reports",
  "reports?epoch=2",
  `reports?validator=${VALIDATOR}`,
  "blocks",
  "blocks?from=10&to=20",
  ...TIME_SORTS.map((sort) => `blocks?sort=${sort}`),
  "calls",
  "calls?message=payout",
  `calls?signer=${VALIDATOR}`,
  "calls?success=false",
  "calls?from=10&to=20",
  ...TIME_SORTS.map((sort) => `calls?sort=${sort}`),
  "events",
  "events?name=BountyPaid",
  "events?kind=match",
  "events?from=10&to=20",
  ...TIME_SORTS.map((sort) => `events?sort=${sort}`),
  "events?issue=1",
  "events?competition=1",
  "consensus/epochs",
  `consensus/epochs?validator=${VALIDATOR}`,
  "consensus/epochs/2",
  "consensus/epochs/2/facts",
  `consensus/epochs/2/reports/${VALIDATOR}`,
  "consensus/divergence",
  `consensus/divergence?validator=${VALIDATOR}`,
  "consensus/divergence?epoch=2",
  "consensus/evidence",
  "consensus/evidence?severity=wrong",
  "consensus/evidence?kind=equivocation",
  "consensus/evidence?epoch=2",
  `consensus/evidence?validator=${VALIDATOR}`
]

/** The endpoints with lists that the subnet's size bounds. */
const BOUNDED = new Set(["/v1/miners", "/v1/leaderboard", "/v1/validators"])

/** The filters and orders of the API, as `votes?sort=newest` or `votes?issue`, that no path uses. */
const notPlanned = (): ReadonlyArray<string> => {
  const asked = paths.map((path) => new URL(path, "http://api/v1/"))
  return Object.entries(OpenApi.fromApi(Api).paths).flatMap(([path, { get }]) => {
    if (BOUNDED.has(path)) return []
    const place = new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`)
    const searches = asked.filter(({ pathname }) => place.test(pathname)).map(({ searchParams }) => searchParams)
    const parameters = (get?.parameters ?? []).filter(
      (parameter) => parameter.in === "query" && !["limit", "cursor"].includes(parameter.name)
    )
    return parameters.flatMap(({ name, schema }) => {
      const values = name === "sort" && "enum" in schema ? schema.enum.map(String) : [undefined]
      return values
        .filter((value) => !searches.some((search) => search.has(name, value)))
        .map((value) => `${path}?${name}${value === undefined ? "" : `=${value}`}`)
    })
  })
}

interface Node {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly "Index Cond"?: string
  readonly "Parent Relationship"?: string
  readonly Output?: ReadonlyArray<string>
  readonly Plans?: ReadonlyArray<Node>
}
const Node: Schema.Schema<Node> = Schema.Struct({
  "Node Type": Schema.String,
  "Relation Name": Schema.optionalWith(Schema.String, { exact: true }),
  "Index Cond": Schema.optionalWith(Schema.String, { exact: true }),
  "Parent Relationship": Schema.optionalWith(Schema.String, { exact: true }),
  Output: Schema.optionalWith(Schema.Array(Schema.String), { exact: true }),
  Plans: Schema.optionalWith(Schema.Array(Schema.suspend((): Schema.Schema<Node> => Node)), { exact: true })
})
const Plan = Schema.Tuple(Schema.Struct({ "QUERY PLAN": Schema.Tuple(Schema.Struct({ Plan: Node })) }))

const isSubquery = (node: Node): boolean => ["SubPlan", "InitPlan"].includes(node["Parent Relationship"] ?? "")

/** Scans that read a whole growing table. `few`: the caller stops after some rows. */
const wholeScans = (node: Node, few: boolean): ReadonlyArray<string> => {
  const { "Node Type": type, "Relation Name": table = "" } = node
  const own =
    GROWING.has(table) && (type === "Seq Scan" || (/^Index( Only)? Scan$/.test(type) && node["Index Cond"] === undefined && !few))
      ? [`${type} on ${table}`]
      : []
  const below = type === "Limit" || (few && !["Sort", "Aggregate", "Hash", "HashAggregate", "WindowAgg"].includes(type))
  const children = (node.Plans ?? []).flatMap((child) => wholeScans(child, below && !isSubquery(child)))
  return [...own, ...children]
}

/** Plan nodes that compute JSON for rows of which only a page is returned. */
const wastedJson = (node: Node, isKeptLater = false): ReadonlyArray<string> => {
  const own = isKeptLater && (node.Output ?? []).some((output) => output.includes("json_build_object")) ? [node["Node Type"]] : []
  const below = (node.Plans ?? []).filter((child) => !isSubquery(child))
  return [...own, ...below.flatMap((child) => wastedJson(child, isKeptLater || node["Node Type"] === "Limit"))]
}

interface Planned {
  readonly path: string
  readonly plan: Node
}

/** The plans of all statements that the paths run, under these settings. */
const plansOf = (paths: ReadonlyArray<string>, settings: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* seed
    const sql = yield* SqlClient
    yield* sql`ANALYZE`
    let statements: Array<readonly [text: string, values: ReadonlyArray<unknown>]> = []
    const collecting = Statement.setTransformer((statement) =>
      Effect.sync(() => {
        statements.push(statement.compile())
        return statement
      })
    )
    const get = yield* askedWith(collecting)
    const planned: Array<Planned> = []
    for (const path of paths) {
      statements = []
      const { status } = yield* get(`/v1/${path}`)
      assert.strictEqual(status, 200, path)
      assert.isAbove(statements.length, 0, path)
      for (const [text, values] of statements) {
        const explained = yield* sql.withTransaction(
          Effect.zipRight(
            Effect.forEach(settings, (setting) => sql.unsafe(`SET LOCAL ${setting} = off`)),
            sql.unsafe(`EXPLAIN (VERBOSE, FORMAT JSON) ${text}`, values)
          )
        )
        const [
          {
            "QUERY PLAN": [{ Plan: plan }]
          }
        ] = yield* Schema.decodeUnknown(Plan)(explained)
        planned.push({ path, plan })
      }
    }
    return planned
  })

it("every filter and order of the API is among the statements whose plans are looked at", () => {
  assert.deepStrictEqual(notPlanned(), [], "add an address to `paths`")
})

describe.each(variants.filter(({ skip }) => !skip))("statements of the API on the $name database", ({ layer }) => {
  it.scoped("find their rows by an index", () =>
    Effect.gen(function* () {
      // Otherwise Postgres would scan and sort such a small table.
      const planned = yield* plansOf(paths, ["enable_seqscan", "enable_sort"])
      const wrong = planned.flatMap(({ path, plan }) => wholeScans(plan, false).map((scan) => `${path}: ${scan}`))
      assert.deepStrictEqual(wrong, [])
      // A request is one question to the database, and of three addresses two.
      assert.isAtMost(planned.length, paths.length + 3)
    }).pipe(Effect.provide(layer))
  )

  it.scoped("choose the rows of a page before they compute its JSON", () =>
    Effect.gen(function* () {
      // A large table would be sorted if no index had both the condition and the order.
      const planned = yield* plansOf(
        paths.filter((path) => !/[/]\d|consensus|miners/.test(path)),
        ["enable_indexscan"]
      )
      const wrong = planned.flatMap(({ path, plan }) => wastedJson(plan).map((step) => `${path}: ${step}`))
      assert.deepStrictEqual(wrong, [])
    }).pipe(Effect.provide(layer))
  )
})
