/** Reads the index's tables of consensus: audited epochs, signed reports, evidence and divergence. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option } from "effect"
import {
  ConsensusEpoch,
  ConsensusEpochDetail,
  type ConsensusEpochQuery,
  ConsensusValue,
  type ConsensusVote,
  ConsensusVoter,
  Divergence,
  type DivergenceQuery,
  Evidence,
  type EvidenceQuery,
  Finding
} from "../definition/consensus.ts"
import { newestFirst } from "./cursor.ts"
import { arrayOf, loginOf, momentOf, object, rao, selectOf, unlessNull } from "./expressions.ts"
import { first, listBy, same, when } from "./read.ts"

const votersWhere = (condition: string) => `(SELECT count(*) FROM consensus_voters v WHERE v.epoch = e.epoch AND ${condition})`
const findingsWhere = (severity: string) =>
  `(SELECT count(*) FROM consensus_findings f WHERE f.epoch = e.epoch AND f.severity = '${severity}')`

const epochFields = {
  committedRoster: unlessNull(
    "e.committed_roster",
    object<NonNullable<ConsensusEpoch["committedRoster"]>>({ version: "e.committed_version", sha256: "e.committed_roster" })
  ),
  reporting: object<ConsensusEpoch["reporting"]>({ voters: votersWhere("true"), reports: votersWhere("v.report IS NOT NULL") }),
  weights: object<ConsensusEpoch["weights"]>({
    asExpected: votersWhere("v.as_expected"),
    other: votersWhere("v.weights_state = 'set' AND v.as_expected IS DISTINCT FROM true"),
    hidden: votersWhere("v.weights_state = 'hidden'"),
    none: votersWhere("v.weights_state = 'none'")
  }),
  severities: object<ConsensusEpoch["severities"]>({ wrong: findingsWhere("wrong"), missing: findingsWhere("missing") }),
  looks: object<ConsensusEpoch["looks"]>({ times: "e.looks", last: "e.looked_at", next: "e.next_look" })
}

const voterColumns = selectOf(ConsensusVoter, "v", {
  givers: "v.givers",
  others: "v.others",
  weights: object<ConsensusVoter["weights"]>({ state: "v.weights_state", values: "v.weights", asExpected: "v.as_expected" })
})

/** Validators that did not measure the UID come last. */
const votes = `(SELECT coalesce(json_agg(${object<ConsensusVote>({
  validator: "v.hotkey",
  stake: rao("v.stake"),
  value: "g.given",
  pull: "CASE WHEN g.given > a.value THEN 'above' WHEN g.given < a.value THEN 'below' WHEN g.given = a.value THEN 'equal' END"
})} ORDER BY g.given, v.hotkey), '[]')
  FROM (SELECT vote ->> 0 AS hotkey, (vote ->> 1)::bigint AS given FROM jsonb_array_elements(a.votes) vote) g
  JOIN consensus_voters v ON v.epoch = a.epoch AND v.hotkey = g.hotkey)`

const valueColumns = selectOf(ConsensusValue, "a", { login: loginOf("a.hotkey"), votes })

const epochColumns = selectOf(ConsensusEpoch, "e", epochFields)

const detailColumns = selectOf(ConsensusEpochDetail, "e", {
  ...epochFields,
  expected: "e.expected",
  voters: arrayOf(`SELECT ${voterColumns} FROM consensus_voters v WHERE v.epoch = e.epoch ORDER BY v.stake DESC, v.hotkey`),
  values: arrayOf(
    `SELECT ${valueColumns} FROM consensus_values a WHERE a.epoch = e.epoch ORDER BY a.ppm DESC NULLS LAST, a.value DESC, a.uid`
  ),
  findings: arrayOf(`SELECT ${selectOf(Finding, "f", {})} FROM consensus_findings f WHERE f.epoch = e.epoch ORDER BY f.position`)
})

const evidenceColumns = selectOf(Evidence, "f", { at: `(SELECT ${momentOf("e.block")} FROM consensus_epochs e WHERE e.epoch = f.epoch)` })

const divergenceColumns = selectOf(Divergence, "d", { spearman: "d.spearman_ppm", copies: "d.copies" })

export const listEpochs = listBy<typeof ConsensusEpoch.Encoded, typeof ConsensusEpochQuery.Type>((sql, query) => ({
  columns: epochColumns,
  from: "consensus_epochs e",
  where: when(
    query.validator,
    (validator) => sql`EXISTS (SELECT FROM consensus_voters v WHERE v.epoch = e.epoch AND v.hotkey = ${validator})`
  ),
  order: newestFirst("consensus epochs", ["e.epoch", "bigint"])
}))

export const findEpoch = (epoch: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    first(sql<typeof ConsensusEpochDetail.Encoded>`SELECT ${sql.literal(detailColumns)} FROM consensus_epochs e WHERE e.epoch = ${epoch}`)
  )

export const findFacts = (epoch: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.map(
      first(sql<{ readonly facts: unknown }>`SELECT facts FROM consensus_epochs WHERE epoch = ${epoch}`),
      Option.map(({ facts }) => facts)
    )
  )

export const findReport = (epoch: number, hotkey: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.map(
      first(sql<{ readonly document: string | null }>`SELECT document FROM consensus_voters WHERE epoch = ${epoch} AND hotkey = ${hotkey}`),
      Option.flatMapNullable(({ document }) => document)
    )
  )

export const listDivergence = listBy<typeof Divergence.Encoded, typeof DivergenceQuery.Type>((sql, query) => ({
  columns: divergenceColumns,
  from: "consensus_divergences d",
  where: same(sql, "d", query, "validator", "epoch"),
  order: newestFirst("divergence", ["d.epoch", "bigint"], ["d.validator", "text"])
}))

export const listEvidence = listBy<typeof Evidence.Encoded, typeof EvidenceQuery.Type>((sql, query) => ({
  columns: evidenceColumns,
  from: "consensus_findings f",
  where: same(sql, "f", query, "severity", "kind", "validator", "epoch"),
  order: newestFirst("evidence", ["f.epoch", "bigint"], ["f.position", "integer"])
}))
