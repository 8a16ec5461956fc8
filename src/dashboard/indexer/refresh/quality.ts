/**
 * Findings of the contract's whitelisted validators about competitors' pull requests: fetched from their axons, verified, and stored by hotkey. A validator's
 * newest document of an issue replaces its earlier one, so its rows never exceed one document.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Effect, Either, Option, Schema } from "effect"
import { AccountAddress, Hash32 } from "../../../domain/Account.ts"
import { IssueId } from "../../../domain/Enrolment.ts"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { checkedQuality, type QualityDocument, QualityIndex, type QualitySubject } from "../../../domain/quality/QualityDocument.ts"
import { PeerQuality } from "../../../layers/chain/axon/PeerQuality.ts"
import { contained } from "../../../layers/machine/effects/contained.ts"
import { count } from "../../../layers/machine/telemetry/metrics.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { cursor } from "../cursor.ts"
import { insertWhole } from "../rows.ts"
import { refreshArtefacts } from "./artefacts.ts"
import { duelRow } from "./duelRow.ts"

/** Validators asked concurrently. One that stalls takes three seconds. */
const CONCURRENCY = 16

/** Documents fetched from one validator per pass. `VALIDATOR_TIMEOUT`: the time limit. */
const DOCUMENTS_AT_ONCE = 20
const VALIDATOR_TIMEOUT = "15 seconds"

const Subjects = Schema.Array(Schema.Struct({ genesis: Hash32, netuid: Schema.Int, contract: AccountAddress }))
const Validators = Schema.Array(Schema.Struct({ hotkey: AccountAddress, axon: Schema.String }))
const WantedIssues = Schema.Array(Schema.Struct({ issue: IssueId }))

/** Decodes a row that the program has written; a failure is a defect. */
const decodeRows =
  <A, I>(schema: Schema.Schema<A, I>) =>
  (rows: unknown) =>
    Effect.orDie(Schema.decodeUnknown(schema)(rows))

const decodeIndex = Schema.decodeUnknownOption(Schema.parseJson(QualityIndex))

/** Axons of the whitelisted validators, from the index's `ip:port`. */
const axonsOnWhitelist = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql`SELECT hotkey, axon FROM validators WHERE removed_at IS NULL AND axon IS NOT NULL ORDER BY hotkey`
  return (yield* decodeRows(Validators)(rows)).map(({ hotkey, axon }): AxonTarget => {
    const colon = axon.lastIndexOf(":")
    return { hotkey, ip: axon.slice(0, colon), port: Number(axon.slice(colon + 1)) }
  })
})

/** Issues in an axon's index that ever had a competition and whose newest document of the validator is not stored, newest first. */
const newsOf = (validator: string, { issues }: QualityIndex) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql`
      SELECT given.issue FROM jsonb_to_recordset(${JSON.stringify(issues)}::jsonb) AS given (issue bigint, at bigint)
      JOIN issues ON issues.id = given.issue
      LEFT JOIN quality_documents AS known ON known.issue = issues.id AND known.validator = ${validator}
      WHERE EXISTS (SELECT FROM competitions WHERE competitions.issue = issues.id)
        AND (known.at IS NULL OR extract(epoch FROM known.at) * 1000 < given.at)
      GROUP BY given.issue ORDER BY max(given.at) DESC, given.issue LIMIT ${DOCUMENTS_AT_ONCE}`
    return (yield* decodeRows(WantedIssues)(rows)).map(({ issue }) => issue)
  })

/** Replaces a validator's rows for an issue. Returns whether the document is newer than the stored one. */
const store = ({ issue, validator, at, records, duels = [], costs = [] }: QualityDocument, document: string, readAt: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const time = new Date(at).toISOString()
    yield* sql`DELETE FROM quality_documents WHERE issue = ${issue} AND validator = ${validator} AND at < ${time}::timestamptz`
    const written = yield* sql`
      INSERT INTO quality_documents (issue, validator, at, document, read_at)
      VALUES (${issue}, ${validator}, ${time}::timestamptz, ${document}, ${readAt}) ON CONFLICT DO NOTHING RETURNING issue`
    if (written.length === 0) return false
    const from = { issue, validator }
    const rows = records.map(({ head, artefacts = null, ...record }) => ({ ...head, ...record, ...from, artefacts }))
    yield* insertWhole("quality_records", rows)
    yield* insertWhole(
      "quality_duels",
      duels.map((duel) => ({ ...duelRow(duel), ...from }))
    )
    yield* insertWhole(
      "quality_costs",
      costs.map((line) => ({ ...line, ...from }))
    )
    return true
  })

const refused = (why: string) =>
  Effect.zipRight(count("gittensor_indexer_quality_documents_total", { result: "refused" }), Effect.logDebug(why))

/** Fetches a validator's new documents. Returns how many were stored. */
const readFrom = Effect.fn("readQualityFrom")(function* (axon: AxonTarget, about: Pick<QualitySubject, "genesis" | "netuid" | "contract">) {
  const peers = yield* PeerQuality
  const validator = axon.hotkey
  const answer = yield* Effect.option(peers.index(axon))
  if (Option.isNone(answer)) return 0
  const index = decodeIndex(answer.value)
  if (Option.isNone(index)) return yield* Effect.as(refused(`${validator} does not list issues about which it has findings`), 0)
  let stored = 0
  for (const issue of yield* explained(newsOf(validator, index.value))) {
    const text = yield* Effect.option(peers.document(axon, issue))
    if (Option.isNone(text)) continue
    const document = checkedQuality(text.value, { ...about, issue, validator }, yield* Clock.currentTimeMillis)
    if (Either.isLeft(document)) {
      yield* refused(`what ${validator} says about issue ${issue} is not used: ${document.left}`)
      continue
    }
    const readAt = Option.match(yield* explained(cursor), { onNone: () => 0, onSome: ({ number }) => number })
    if (!(yield* transaction(store(document.right, text.value, readAt)))) continue
    yield* count("gittensor_indexer_quality_documents_total", { result: "stored" })
    stored += 1
  }
  return stored
})

/** Asks all whitelisted validators. Returns how many documents were stored. */
export const refreshQuality = Effect.fn("refreshQuality")(function* () {
  const sql = yield* SqlClient
  const [about] = yield* Effect.flatMap(explained(sql`SELECT genesis_hash AS genesis, netuid, contract FROM chain`), decodeRows(Subjects))
  if (about === undefined) return 0
  const axons = yield* explained(axonsOnWhitelist)
  const stored = yield* Effect.forEach(
    axons,
    (axon) =>
      contained("peer", axon.hotkey, Effect.timeoutOption(readFrom(axon, about), VALIDATOR_TIMEOUT), () => Effect.succeedNone).pipe(
        Effect.map(Option.getOrElse(() => 0)),
        Effect.zipLeft(refreshArtefacts(axon))
      ),
    { concurrency: CONCURRENCY }
  )
  return stored.reduce((sum, one) => sum + one, 0)
})
