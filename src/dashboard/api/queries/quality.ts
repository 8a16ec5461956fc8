/** Reads validators' findings about a competition's pull requests. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option } from "effect"
import type { ArtefactDigest, ArtefactType } from "../../../domain/quality/Artefact.ts"
import { type DuelAnswer, type QualityArtefact, QualityCost, QualityDuel } from "../definition/duels.ts"
import { type CompetitionQuality, MOST_HEADS_PER_SIDE, QualityHead, QualityRecord } from "../definition/quality.ts"
import { arrayOf, object, select, selectOf, timeOf } from "./expressions.ts"
import { first } from "./read.ts"

const artefactColumns = select<QualityArtefact>({
  name: "given.ref->>'name'",
  digest: "coalesce(f.digest, given.ref->>'digest')",
  mediaType: "coalesce(f.media_type, given.ref->>'mediaType')",
  bytes: "(given.ref->>'bytes')::integer",
  readAt: "f.read_at"
})

/** One validator's files that a list of references names. */
const filesOf = (references: string, validator: string): string =>
  arrayOf(`SELECT ${artefactColumns} FROM jsonb_array_elements(${references}) WITH ORDINALITY AS given (ref, place)
    LEFT JOIN artefacts f ON f.validator = ${validator} AND f.digest = given.ref->>'digest' ORDER BY given.place`)

const recordColumns = selectOf(QualityRecord, "r", {
  gate: "r.gate",
  verification: "r.verification",
  artefacts: filesOf("r.artefacts", "r.validator"),
  readAt: "(SELECT d.read_at FROM quality_documents d WHERE d.issue = r.issue AND d.validator = r.validator)"
})

/** GitHub's repository names are case-insensitive. */
const sameHead = "lower(r.repository) = h.key AND r.number = h.number AND r.commit = h.commit"

const headColumns = selectOf(QualityHead, "h", {
  side: "CASE h.hotkey WHEN c.a_hotkey THEN 'a' ELSE 'b' END",
  firstSeenAt: timeOf("h.first_seen"),
  records: arrayOf(
    `SELECT ${recordColumns} FROM quality_records r WHERE r.issue = c.issue AND r.hotkey = h.hotkey AND ${sameHead} ORDER BY r.validator COLLATE "C"`
  )
})

/** Excludes pull requests that the index assigns to another competition. */
const inThisCompetition = `NOT EXISTS (SELECT FROM pull_requests p WHERE p.issue = r.issue AND lower(p.repository) = lower(r.repository)
  AND p.number = r.number AND p.competition <> c.id)`

const heads = arrayOf(`SELECT ${headColumns} FROM (
    SELECT g.*, row_number() OVER (PARTITION BY g.hotkey ORDER BY g.speaking DESC, g.first_seen DESC, g.key, g.number, g.commit) AS place
    FROM (
      SELECT r.hotkey, lower(r.repository) AS key, min(r.repository) AS repository, r.number, r.commit, min(r.seen_at) AS first_seen,
        count(*) AS speaking
      FROM quality_records r WHERE r.issue = c.issue AND r.hotkey IN (c.a_hotkey, c.b_hotkey) AND ${inThisCompetition}
      GROUP BY r.hotkey, lower(r.repository), r.number, r.commit
    ) g
  ) h WHERE h.place <= ${MOST_HEADS_PER_SIDE} ORDER BY h.first_seen DESC, h.key, h.number, h.commit`)

const answerColumns = select<DuelAnswer>({
  judge: "said.answer->>'judge'",
  answeredBy: "said.answer->>'answeredBy'",
  order: "said.answer->>'order'",
  state: "said.answer->>'state'",
  shares: "said.answer->'shares'",
  reason: "said.answer->>'reason'",
  wording: "said.answer->>'wording'",
  artefacts: filesOf("said.answer->'artefacts'", "d.validator")
})

const headOf = (side: "a" | "b"): string =>
  object<QualityDuel["a"]>({ repository: `d.${side}_repository`, number: `d.${side}_number`, commit: `d.${side}_commit` })

const duelColumns = selectOf(QualityDuel, "d", {
  a: headOf("a"),
  b: headOf("b"),
  leads: "d.leads",
  judges: "d.judges",
  panel: "d.panel",
  answers: arrayOf(
    `SELECT ${answerColumns} FROM jsonb_array_elements(d.answers) WITH ORDINALITY AS said (answer, place) ORDER BY said.place`
  )
})

/** The index assigns neither pull request to another competition. */
const bothInThisCompetition = `NOT EXISTS (SELECT FROM pull_requests p WHERE p.issue = d.issue AND p.competition <> c.id
  AND ((lower(p.repository) = lower(d.a_repository) AND p.number = d.a_number) OR (lower(p.repository) = lower(d.b_repository) AND p.number = d.b_number)))`

const duels = arrayOf(`SELECT ${duelColumns} FROM quality_duels d
  WHERE d.issue = c.issue AND d.a_hotkey = c.a_hotkey AND d.b_hotkey = c.b_hotkey AND ${bothInThisCompetition}
  ORDER BY d.begun_at DESC, d.validator COLLATE "C", d.a_number, d.a_commit, d.b_number, d.b_commit`)

const costColumns = selectOf(QualityCost, "k", {})

const columns = select<CompetitionQuality>({
  validators: "(SELECT count(*) FROM validators v WHERE v.removed_at IS NULL)",
  documents: arrayOf(
    `SELECT d.validator, ${timeOf("d.at")} AS at FROM quality_documents d WHERE d.issue = c.issue ORDER BY d.validator COLLATE "C"`
  ),
  heads,
  duels,
  costs: arrayOf(
    `SELECT ${costColumns} FROM quality_costs k WHERE k.issue = c.issue ORDER BY k.validator COLLATE "C", k.stage, k.judge COLLATE "C", k.model COLLATE "C"`
  )
})

/** Validators' findings about a competition's pull requests; none if there is no such competition. */
export const findQuality = (id: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    first(sql<typeof CompetitionQuality.Encoded>`SELECT ${sql.literal(columns)} FROM competitions c WHERE c.id = ${id}`)
  )

/** A validator's signed document of findings for a competition's issue. */
export const findDocument = (id: number, validator: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.map(
      first(sql<{ readonly document: string }>`
        SELECT d.document FROM quality_documents d JOIN competitions c ON c.issue = d.issue WHERE c.id = ${id} AND d.validator = ${validator}`),
      Option.map(({ document }) => document)
    )
  )

/** A file that supports a validator's findings, with its media type. */
export const findArtefact = (digest: ArtefactDigest) =>
  Effect.flatMap(SqlClient, (sql) =>
    first(sql<{ readonly content: Uint8Array; readonly mediaType: ArtefactType }>`
      SELECT content, media_type AS "mediaType" FROM artefacts WHERE digest = ${digest} ORDER BY validator COLLATE "C" LIMIT 1`)
  )
