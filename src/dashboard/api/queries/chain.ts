/** The contract's settings, and statistics. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Context, Effect } from "effect"
import { STILL_WAITS } from "../../../layers/storage/database/schema/expressions.ts"
import { nextDraw } from "../../../story/draw.ts"
import { Chain, type Config, ConfigChange, type ConfigChangeQuery, type Stats } from "../definition/chain.ts"
import { newestFirst } from "./cursor.ts"
import { expectedIn, paceNow } from "./expected.ts"
import { arrayOf, callOf, isRated, momentOf, object, rao, rowOf, select, selectOf, timeOf } from "./expressions.ts"
import { LATEST_CONFIG } from "./money.ts"
import { TOTAL_WEIGHT } from "./outcome.ts"
import { listBy, onlyRow, same } from "./read.ts"

/** Contact of the page's operator: an e-mail address or an https URL; null (the default): none given. */
export class Contact extends Context.Reference<Contact>()("gittensor/api/Contact", { defaultValue: (): string | null => null }) {}

const changeColumns = selectOf(ConfigChange, "g", { call: callOf("g.block", "g.event") })

const latest = (column: string, condition: string) =>
  `(SELECT ${column} FROM config_changes g WHERE ${condition} ORDER BY g.block DESC, g.event DESC LIMIT 1)`

const configColumns = select<Omit<Config, "contact">>({
  chain: rowOf(`SELECT ${selectOf(Chain, "h", {})} FROM chain h`),
  alphaPrice: rowOf(
    `SELECT ${select<NonNullable<Config["alphaPrice"]>>({ tao: rao("alpha_price"), at: momentOf("alpha_price_at") })} FROM chain
      WHERE alpha_price IS NOT NULL`
  ),
  config: LATEST_CONFIG,
  since: latest(momentOf("g.block"), "g.config IS NOT NULL"),
  announced: arrayOf(
    `SELECT ${changeColumns} FROM config_changes g WHERE g.kind = 'ChangeAnnounced'
      AND (g.content ->> 'appliesUntil')::bigint >= (SELECT number FROM blocks ORDER BY number DESC LIMIT 1)
      AND ${STILL_WAITS}
    ORDER BY g.block, g.event LIMIT 100`
  ),
  electorate: object<Config["electorate"]>({
    total: rao(TOTAL_WEIGHT),
    turnedAt: `(SELECT ${momentOf("(e.fields ->> 'turnedAt')::bigint")} FROM events e WHERE e.name = 'WeightsNoted' ORDER BY e.block DESC, e.index DESC LIMIT 1)`
  }),
  paused: `coalesce(${latest("g.kind = 'Paused'", "g.kind IN ('Paused', 'Unpaused')")}, false)`,
  ended: rowOf(
    `SELECT ${select<NonNullable<Config["ended"]>>({
      at: momentOf("e.block"),
      tao: "e.content ->> 'tao'",
      booked: "e.content ->> 'booked'",
      claims: "e.content ->> 'claims'",
      paid: `(SELECT ${rao("coalesce(sum((g.content ->> 'amount')::numeric), 0)")} FROM config_changes g WHERE g.kind = 'ClaimPaid')`,
      restTo: latest("g.content ->> 'to'", "g.kind = 'RestAssigned'")
    })} FROM config_changes e WHERE e.kind = 'WoundUp'`
  ),
  owner: latest("g.content ->> 'owner'", "g.kind IN ('ContractCreated', 'OwnerChanged')")
})

/** The indexed chain and contract, with nodes that browsers may ask; undefined: nothing is indexed yet. */
export const networkWith = (endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [row] = yield* sql<{ readonly genesis: string; readonly contract: string }>`SELECT genesis_hash AS genesis, contract FROM chain`
    return row === undefined ? undefined : { ...row, endpoints }
  })

const counts = (table: string) =>
  `(SELECT coalesce(json_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM ${table} GROUP BY status ORDER BY status) s)`

/** Of what a round consists, as far as the settings are known. */
interface RoundLengths {
  readonly roundLength?: number
  readonly attestBlocks?: number
}

/** The number of latest won competitions that the average covers. */
const SOLVED = 1_000

const statsColumns = select<Omit<Stats, "nextDraw"> & { readonly settings: RoundLengths | null }>({
  settings: LATEST_CONFIG,
  head: rowOf(
    `SELECT ${select<NonNullable<Stats["head"]>>({ block: "number", time: timeOf("time"), hash: "hash" })} FROM blocks ORDER BY number DESC LIMIT 1`
  ),
  issues: counts("issues"),
  competitions: counts("competitions"),
  miners: `(SELECT ${object<Stats["miners"]>({
    known: "count(*)",
    registered: "count(uid)",
    linked: "count(*) FILTER (WHERE uid IS NOT NULL AND github_account IS NOT NULL)",
    enrolled: "count(enrolled_at)",
    rated: `count(*) FILTER (WHERE ${isRated("miners")})`
  })} FROM miners)`,
  validators: "(SELECT count(*) FROM validators WHERE removed_at IS NULL)",
  bounties: object<Stats["bounties"]>({
    offered: `(SELECT coalesce(sum(target), 0)::text FROM issues WHERE status NOT IN ('Paid', 'Cancelled'))`,
    funded: `(SELECT coalesce(sum(funded), 0)::text FROM issues WHERE status NOT IN ('Paid', 'Cancelled'))`,
    paid: `(SELECT ${rao("coalesce(sum(amount), 0)")} FROM payouts)`,
    payouts: "(SELECT count(*) FROM payouts)"
  }),
  repositories: "(SELECT count(DISTINCT lower(repository)) FROM issues)",
  languages: arrayOf(
    `SELECT language AS name, count(*) AS issues FROM issues WHERE language IS NOT NULL GROUP BY language ORDER BY count(*) DESC, language COLLATE "C" LIMIT 100`
  ),
  github: rowOf(
    `SELECT ${select<NonNullable<Stats["github"]>>({ trouble: "github_trouble", since: timeOf("github_trouble_since") })} FROM chain
      WHERE github_trouble IS NOT NULL`
  ),
  daysToSolve: `(SELECT (extract(epoch FROM avg(e.time - b.time)) / 86400)::float8 FROM
    (SELECT started_at, ended_at FROM competitions WHERE status = 'Won' ORDER BY id DESC LIMIT ${SOLVED}) w
    JOIN blocks b ON b.number = w.started_at JOIN blocks e ON e.number = w.ended_at)`
})

export const config = Effect.gen(function* () {
  const [sql, contact] = yield* Effect.all([SqlClient, Contact])
  const settings = yield* onlyRow(sql<Omit<typeof Config.Encoded, "contact">>`SELECT ${sql.literal(configColumns)}`)
  return { ...settings, contact } satisfies typeof Config.Encoded
})

export const stats = Effect.gen(function* () {
  const sql = yield* SqlClient
  const { settings, ...shown } = yield* onlyRow(
    sql<Omit<typeof Stats.Encoded, "nextDraw"> & { readonly settings: RoundLengths | null }>`SELECT ${sql.literal(statsColumns)}`
  )
  const pace = yield* paceNow
  const block = shown.head === null ? undefined : nextDraw(shown.head.block, settings?.roundLength, settings?.attestBlocks)
  return {
    ...shown,
    nextDraw: block === undefined ? null : { block, expected: expectedIn({ block, time: null }, pace) }
  } satisfies typeof Stats.Encoded
})

export const listConfigChanges = listBy<typeof ConfigChange.Encoded, typeof ConfigChangeQuery.Type>((sql, query) => ({
  columns: changeColumns,
  from: "config_changes g",
  where: same(sql, "g", query, "kind", "change", "account"),
  order: newestFirst("config changes", ["g.block", "integer"], ["g.event", "integer"])
}))
