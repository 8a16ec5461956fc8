/** Validators with their stake, votes, weights and reports. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import {
  Report,
  type ReportQuery,
  Stake,
  Validator,
  ValidatorDetail,
  type ValidatorQuery,
  Weights,
  type WeightsQuery
} from "../definition/validators.ts"
import { newestFirst, oldestFirst } from "./cursor.ts"
import { arrayOf, moment, object, rao, rowOf, selectOf } from "./expressions.ts"
import { withinBlocks } from "./money.ts"
import { weightOf } from "./outcome.ts"
import { first, listBy, same, when } from "./read.ts"

const stake = selectOf(Stake, "s", {})

const stakesOf = (limit: number) => `SELECT ${stake} FROM validator_stakes s WHERE s.hotkey = v.hotkey ORDER BY s.day DESC LIMIT ${limit}`

const validatorFields = {
  coldkeys: "v.coldkeys",
  weight: rao(weightOf("v")),
  stake: rowOf(stakesOf(1)),
  votes: `(SELECT ${object<Validator["votes"]>({
    decided: "count(*) FILTER (WHERE l.ended_by = 'passed')",
    agreed: "count(*) FILTER (WHERE l.ended_by = 'passed' AND l.in_passing_tally)",
    lastAt: moment("max(l.block)")
  })} FROM (SELECT w.block, w.ended_by, w.in_passing_tally FROM votes w WHERE w.validator = v.hotkey ORDER BY w.block DESC, w.event DESC LIMIT 200) l)`
}

const validatorColumns = selectOf(Validator, "v", validatorFields)
const detailColumns = selectOf(ValidatorDetail, "v", { ...validatorFields, stakes: arrayOf(stakesOf(366)) })

const weightsColumns = selectOf(Weights, "w", { kind: "w.kind", values: "w.values", versionKey: "w.version_key::text" })

const reportColumns = selectOf(Report, "r", {})

export const listValidators = listBy<typeof Validator.Encoded, typeof ValidatorQuery.Type>((sql, query) => ({
  columns: validatorColumns,
  from: "validators v",
  where: when(query.current, (current) => sql`v.removed_at ${sql.literal(current ? "IS NULL" : "IS NOT NULL")}`),
  order: oldestFirst("validators", ["v.hotkey", "text"])
}))

export const findValidator = (hotkey: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    first(sql<typeof ValidatorDetail.Encoded>`SELECT ${sql.literal(detailColumns)} FROM validators v WHERE v.hotkey = ${hotkey}`)
  )

/** A hotkey that votes in the contract, or could report in an audited epoch. */
export const findVoter = (hotkey: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    first(sql<{ readonly hotkey: string }>`SELECT ${hotkey}::text AS hotkey
      WHERE EXISTS (SELECT FROM validators WHERE hotkey = ${hotkey}) OR EXISTS (SELECT FROM consensus_voters WHERE hotkey = ${hotkey})`)
  )

export const listWeights = listBy<typeof Weights.Encoded, typeof WeightsQuery.Type>((sql, query) => ({
  columns: weightsColumns,
  from: "weights w",
  where: [...same(sql, "w", query, "validator"), ...withinBlocks(sql, "w.block", query)],
  order: newestFirst("weights", ["w.block", "integer"], ["w.extrinsic", "integer"], ["w.validator", "text"])
}))

export const listReports = listBy<typeof Report.Encoded, typeof ReportQuery.Type>((sql, query) => ({
  columns: reportColumns,
  from: "reports r",
  where: same(sql, "r", query, "validator", "epoch"),
  order: newestFirst("reports", ["r.epoch", "bigint"], ["r.validator", "text"], ["r.block", "integer"], ["r.extrinsic", "integer"])
}))
