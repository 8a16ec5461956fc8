/** Money flows, individually and summed. */
import { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import { Effect } from "effect"
import {
  CollateralFlow,
  type CollateralQuery,
  Payout,
  type PayoutQuery,
  paymentFields,
  type Treasury,
  TreasuryFlow,
  type TreasuryFlowQuery
} from "../definition/money.ts"
import type { Place } from "../definition/place.ts"
import { newestFirst } from "./cursor.ts"
import { arrayOf, callOf, issueOf, loginAt, minerAt, momentOf, rao, rowOf, select, selectOf } from "./expressions.ts"
import { listBy, ofMiner, onlyRow, same, when } from "./read.ts"

/** Selects from `collateral_flows f`. */
export const collateralColumns = selectOf(CollateralFlow, "f", {
  call: callOf("f.block", "f.event"),
  login: loginAt("f.hotkey", "f.block")
})

/** Selects from `payouts o`. */
export const payoutColumns = selectOf(Payout, "o", {
  call: callOf("o.block", "o.event"),
  issue: issueOf("o.issue"),
  miner: minerAt("o.hotkey", "o.block")
})

/** The fields of one bounty's payment, from `payouts o`. */
export const paymentColumns = selectOf({ fields: paymentFields }, "o", {})

const flowColumns = selectOf(TreasuryFlow, "f", { call: callOf("f.block", "f.event"), issue: issueOf("f.issue") })

/** The conditions for a range of blocks. As `from`, a time means the first block at or after it; as `to`, the last block at or before it. */
export const withinBlocks = (
  sql: SqlClient,
  column: string,
  { from, to }: { readonly from?: Place | undefined; readonly to?: Place | undefined }
): ReadonlyArray<Fragment> => [
  ...when(from, (place) =>
    "block" in place
      ? sql`${sql.literal(column)} >= ${place.block}`
      : sql`${sql.literal(column)} >= (SELECT number FROM blocks WHERE time >= ${new Date(place.time)} ORDER BY time, number LIMIT 1)`
  ),
  ...when(to, (place) =>
    "block" in place
      ? sql`${sql.literal(column)} <= ${place.block}`
      : sql`${sql.literal(column)} <= (SELECT number FROM blocks WHERE time <= ${new Date(place.time)} ORDER BY time DESC, number DESC LIMIT 1)`
  )
]

export const listTreasuryFlows = listBy<typeof TreasuryFlow.Encoded, typeof TreasuryFlowQuery.Type>((sql, query) => ({
  columns: flowColumns,
  from: "treasury_flows f",
  where: [...same(sql, "f", query, "kind", "issue"), ...withinBlocks(sql, "f.block", query)],
  order: newestFirst("treasury flows", ["f.block", "integer"], ["f.event", "integer"], ["f.kind", "text"])
}))

export const listCollateral = listBy<typeof CollateralFlow.Encoded, typeof CollateralQuery.Type>((sql, query) => ({
  columns: collateralColumns,
  from: "collateral_flows f",
  where: [...ofMiner(sql, "f", query), ...same(sql, "f", query, "kind"), ...withinBlocks(sql, "f.block", query)],
  order: newestFirst("collateral", ["f.block", "integer"], ["f.event", "integer"])
}))

export const listPayouts = listBy<typeof Payout.Encoded, typeof PayoutQuery.Type>((sql, query) => ({
  columns: payoutColumns,
  from: "payouts o",
  where: [...ofMiner(sql, "o", query), ...withinBlocks(sql, "o.block", query)],
  order: newestFirst("payouts", ["o.block", "integer"], ["o.issue", "integer"])
}))

const place = (column: string) =>
  `CASE WHEN ${column} IN ('emission', 'free', 'issue', 'collateral', 'recycled') THEN ${column} ELSE 'account' END`

/** The current settings. */
export const LATEST_CONFIG = "(SELECT config FROM config_changes WHERE config IS NOT NULL ORDER BY block DESC, event DESC LIMIT 1)"

const treasuryColumns = select<Treasury>({
  streams: arrayOf(
    `SELECT ${select<Treasury["streams"][number]>({
      kind: "f.kind",
      source: place("f.source"),
      destination: place("f.destination"),
      amount: rao("sum(f.amount)"),
      flows: "count(*)"
    })} FROM treasury_flows f GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`
  ),
  days: arrayOf(
    `SELECT ${select<Treasury["days"][number]>({
      day: "to_char(b.time AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
      kind: "f.kind",
      amount: rao("sum(f.amount)")
    })} FROM treasury_flows f JOIN blocks b ON b.number = f.block
    WHERE f.block >= (SELECT min(number) FROM blocks WHERE time > (SELECT time FROM blocks ORDER BY number DESC LIMIT 1) - interval '60 days')
    GROUP BY 1, 2 ORDER BY 1 DESC, 2`
  ),
  inBounties: `(SELECT coalesce(sum(funded), 0)::text FROM issues WHERE status IN ('Funding', 'Open', 'Competing', 'Solved'))`,
  wanted: `(SELECT coalesce(sum(target - funded), 0)::text FROM issues WHERE status = 'Funding')`,
  free: rowOf(
    `SELECT ${select<NonNullable<Treasury["free"]>>({
      fresh: rao("n.fresh"),
      aged: rao("n.aged"),
      agedAt: momentOf("n.aged_at"),
      turnsFrom: momentOf("(n.aged_at + (s.config ->> 'recycleAfter')::bigint)"),
      at: momentOf("n.treasury_at")
    })} FROM chain n WHERE n.treasury_at IS NOT NULL`
  ),
  state: rowOf(
    `SELECT ${select<NonNullable<Treasury["state"]>>({
      earns: "n.treasury_earns",
      pays: "n.treasury_pays",
      why: "n.treasury_why",
      at: momentOf("n.treasury_at")
    })} FROM chain n WHERE n.treasury_earns IS NOT NULL`
  ),
  hotkey: "s.config ->> 'treasuryHotkey'",
  coldkey: "s.config ->> 'treasuryColdkey'"
})

export const treasury = Effect.flatMap(SqlClient, (sql) =>
  onlyRow(sql<typeof Treasury.Encoded>`SELECT ${sql.literal(treasuryColumns)} FROM (SELECT ${sql.literal(LATEST_CONFIG)} AS config) s`)
)
