/** Queries of fingerprints, by version of the parsers, and of the heads that were seen before another one and may be its originals. */
import type { SqlClient as Client } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import { Head, headKey } from "../../domain/quality/QualityRecord.ts"
import { bandsOf, encodeFingerprints } from "../../layers/parsing/fingerprint.ts"
import { DUPLICATE } from "../../rules/quality/checks.ts"

export interface SeenEarlier {
  readonly head: Head
  /** Its number in the order in which heads were seen. */
  readonly seen: number
  /** By the asked parsers, minus those of its base; null: they are not known. */
  readonly fingerprints: Uint32Array | null
  /** Whether they are still being made. */
  readonly isDue: boolean
  /** Whether they may come later, because they are being made or could not be made when they were tried. */
  readonly isMissing: boolean
}

/** A Postgres int8 arrives as a string, a SQLite integer as a number. */
export const Whole = Schema.Union(Schema.Int, Schema.NumberFromString.pipe(Schema.int()))
export const HeadText = Schema.parseJson(Head)

/** That an event `e` is the end of an attempt. */
export const ATTEMPT_ENDED = "e.state IN ('done', 'rejected', 'failed')"

const decodeEarlier = Schema.decodeUnknown(
  Schema.Array(
    Schema.Struct({ seen: Whole, head: HeadText, fingerprints: Schema.NullOr(Schema.Uint8ArrayFromSelf), due: Whole, missing: Whole })
  )
)
const decodeHeads = Schema.decodeUnknown(Schema.Array(Schema.Struct({ contract: Schema.String, head: HeadText })))
const decodePrints = Schema.decodeUnknown(Schema.Array(Schema.Struct({ fingerprints: Schema.NullOr(Schema.Uint8ArrayFromSelf) })))
const decodeSeen = Schema.decodeUnknown(Schema.Array(Schema.Struct({ seen: Whole })))

const numbersOf = (bytes: Uint8Array): Uint32Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, index) => view.getUint32(index * 4, true))
}

const printsOf = (sql: Client, contract: string, head: Head, parsers: string) =>
  sql`SELECT fingerprints FROM quality_fingerprints WHERE contract = ${contract} AND key = ${headKey(head)} AND parsers = ${parsers}`

/** A head's fingerprints by these parsers; null: it can't have any; none: they are not made yet. */
export const ownPrints = (sql: Client, contract: string, head: Head, parsers: string) =>
  printsOf(sql, contract, head, parsers).pipe(
    Effect.flatMap((rows) => Effect.orDie(decodePrints(rows))),
    Effect.map(([row]) =>
      Option.map(Option.fromNullable(row), ({ fingerprints }) => (fingerprints === null ? null : numbersOf(fingerprints)))
    )
  )

/** Similar heads of other repositories that are compared. */
const MOST_SIMILAR = 50

/** Earlier heads of the same repository, and similar ones of others. */
export const earlierThan = (sql: Client, contract: string, head: Head, parsers: string) =>
  Effect.gen(function* () {
    const [key, repository] = [headKey(head), head.repository.toLowerCase()]
    const own = Option.getOrNull(yield* ownPrints(sql, contract, head, parsers))
    const bands = own === null ? [] : bandsOf(own)
    const rows = yield* sql`SELECT h.seen, h.head, f.fingerprints, CASE WHEN f.key IS NULL AND (
          NOT EXISTS (SELECT 1 FROM quality_events e WHERE e.contract = h.contract AND e.key = h.key AND ${sql.literal(ATTEMPT_ENDED)})
          OR EXISTS (SELECT 1 FROM quality_fingerprints o WHERE o.contract = h.contract AND o.key = h.key AND o.fingerprints IS NOT NULL)
        ) THEN 1 ELSE 0 END AS due, CASE WHEN f.key IS NULL THEN 1 ELSE 0 END AS missing
        FROM quality_heads h LEFT JOIN quality_fingerprints f ON f.contract = h.contract AND f.key = h.key AND f.parsers = ${parsers}
        WHERE h.seen IN (
          SELECT n.seen FROM quality_heads n WHERE n.contract = ${contract} AND n.repository = ${repository}
          UNION SELECT s.seen FROM (
            SELECT DISTINCT b.seen FROM quality_bands b WHERE ${sql.in("b.band", bands)} ORDER BY b.seen LIMIT ${MOST_SIMILAR}
          ) s
        ) AND h.contract = ${contract} AND (h.repository = ${repository} OR f.fingerprints IS NOT NULL) AND h.seen < (SELECT o.seen FROM quality_heads o WHERE o.contract = ${contract} AND o.key = ${key}) ORDER BY h.seen`
    return (yield* Effect.orDie(decodeEarlier(rows))).map(
      ({ seen, head, fingerprints, due, missing }): SeenEarlier => ({
        seen,
        head,
        fingerprints: fingerprints === null ? null : numbersOf(fingerprints),
        isDue: due > 0,
        isMissing: missing > 0
      })
    )
  })

/** Stores fingerprints, and the keys of those that are enough to show a copy. */
export const keepPrints = (sql: Client, contract: string, head: Head, parsers: string, fingerprints: Uint32Array | null) =>
  Effect.gen(function* () {
    const bytes = fingerprints === null ? null : encodeFingerprints(fingerprints)
    yield* sql`INSERT INTO quality_fingerprints (contract, key, parsers, fingerprints)
      VALUES (${contract}, ${headKey(head)}, ${parsers}, ${bytes}) ON CONFLICT DO NOTHING`
    if (fingerprints === null || fingerprints.length < DUPLICATE.fewest) return
    const rows = yield* sql`SELECT seen FROM quality_heads WHERE contract = ${contract} AND key = ${headKey(head)}`
    const bands = (yield* Effect.orDie(decodeSeen(rows))).flatMap(({ seen }) => bandsOf(fingerprints).map((band) => ({ band, seen })))
    if (bands.length > 0) yield* sql`INSERT INTO quality_bands ${sql.insert(bands)} ON CONFLICT DO NOTHING`
  }).pipe(sql.withTransaction)

/** All contracts' heads whose attempt has ended and that have no fingerprints by these parsers, newest first. */
export const withoutPrints = (sql: Client, parsers: string) =>
  sql`SELECT h.contract, h.head FROM quality_heads h
    WHERE EXISTS (SELECT 1 FROM quality_events e WHERE e.contract = h.contract AND e.key = h.key AND ${sql.literal(ATTEMPT_ENDED)})
    AND NOT EXISTS (SELECT 1 FROM quality_fingerprints f WHERE f.contract = h.contract AND f.key = h.key AND f.parsers = ${parsers})
    ORDER BY h.seen DESC`.pipe(Effect.flatMap((rows) => Effect.orDie(decodeHeads(rows))))
