/**
 * Fetches the files that support a validator's findings from its axon. For each validator, the files of its newest heads and duels are kept, up to a number
 * of bytes. The choice depends on its records alone, and no validator's files displace another's.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Effect, Option, Schema } from "effect"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { ArtefactRef } from "../../../domain/quality/Artefact.ts"
import { PeerQuality } from "../../../layers/chain/axon/PeerQuality.ts"
import { count } from "../../../layers/machine/telemetry/metrics.ts"
import { explained } from "../../../layers/storage/database/Database.ts"
import { cursor } from "../cursor.ts"

/** Bytes of files kept per validator. */
export const KEPT_BYTES = 67_108_864

/** Files fetched from one validator per pass. `ARTEFACT_TIMEOUT`: the time limit. */
const AT_ONCE = 40
const ARTEFACT_TIMEOUT = "30 seconds"

const decodeWanted = Schema.decodeUnknown(Schema.Array(Schema.Struct({ ref: ArtefactRef })))

/** Files of the validator's newest heads and duels within the limit, each once. The validator states each file's size, and a file of another size is rejected. */
const fitting = (sql: SqlClient, validator: string) => sql`
  SELECT ref, digest FROM (
    SELECT ref, digest, sum(bytes) OVER (ORDER BY seen_at DESC, digest) AS total
    FROM (
      SELECT DISTINCT ON (ref->>'digest') ref, ref->>'digest' AS digest, (ref->>'bytes')::bigint AS bytes, seen_at
      FROM (
        SELECT given.ref, r.seen_at FROM quality_records r CROSS JOIN LATERAL jsonb_array_elements(r.artefacts) AS given (ref)
        WHERE r.validator = ${validator}
        UNION ALL
        SELECT given.ref, d.begun_at FROM quality_duels d CROSS JOIN LATERAL jsonb_array_elements(d.answers) AS said (answer)
        CROSS JOIN LATERAL jsonb_array_elements(said.answer->'artefacts') AS given (ref) WHERE d.validator = ${validator}
      ) AS files ORDER BY ref->>'digest', seen_at DESC
    ) AS named
  ) AS added WHERE total <= ${KEPT_BYTES}`

/** Missing files. `salt` varies the choice, so that files that a validator does not serve do not block others. */
const missingFiles = (validator: string, salt: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql`
      SELECT ref FROM (${fitting(sql, validator)}) AS wanted
      WHERE NOT EXISTS (SELECT FROM artefacts a WHERE a.validator = ${validator} AND a.digest = wanted.digest)
      ORDER BY md5(digest || ${String(salt)}) LIMIT ${AT_ONCE}`
    return (yield* Effect.orDie(decodeWanted(rows))).map(({ ref }) => ref)
  })

/** Deletes files that no record names any more, or that exceed the limit. */
const forgetFiles = (validator: string) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`
      DELETE FROM artefacts WHERE validator = ${validator}
        AND digest NOT IN (SELECT digest FROM (${fitting(sql, validator)}) AS wanted)`
  )

const store = (validator: string, { digest, mediaType }: ArtefactRef, content: Uint8Array, readAt: number) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`
      INSERT INTO artefacts (validator, digest, media_type, content, read_at)
      VALUES (${validator}, ${digest}, ${mediaType}, ${Buffer.from(content)}, ${readAt}) ON CONFLICT DO NOTHING`
  )

const fetchAll = Effect.fn("refreshArtefacts")(function* (axon: AxonTarget) {
  const peers = yield* PeerQuality
  const validator = axon.hotkey
  yield* explained(forgetFiles(validator))
  const wanted = yield* explained(missingFiles(validator, yield* Clock.currentTimeMillis))
  for (const ref of wanted) {
    const content = yield* Effect.either(peers.artefact(axon, ref))
    if (content._tag === "Left") {
      yield* count("gittensor_indexer_artefacts_total", { result: "refused" })
      yield* Effect.logDebug(content.left.message)
      // The validator's other files would time out as well.
      if (content.left.reason === "slow" || content.left.reason === "unreachable") return
      continue
    }
    const readAt = Option.match(yield* explained(cursor), { onNone: () => 0, onSome: ({ number }) => number })
    yield* explained(store(validator, ref, content.right, readAt))
    yield* count("gittensor_indexer_artefacts_total", { result: "stored" })
  }
})

/** Fetches the files that the validator's records name, as far as its axon serves them and the limit allows. */
export const refreshArtefacts = (axon: AxonTarget) => Effect.asVoid(Effect.timeoutOption(fetchAll(axon), ARTEFACT_TIMEOUT))
