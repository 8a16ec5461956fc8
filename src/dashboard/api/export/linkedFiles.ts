/** The files that an exported page links to, from the answers about competitions and epochs: signed documents, and artefacts of findings and duels. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Option, Schema } from "effect"
import { ArtefactDigest, ArtefactType, digestOf, ENDINGS } from "../../../domain/quality/Artefact.ts"
import type { ExportedTable } from "../definition/export.ts"
import * as Consensus from "../queries/consensus.ts"
import * as Quality from "../queries/quality.ts"

export interface FileContent {
  readonly bytes: Uint8Array
  readonly mediaType: ArtefactType
}

/** A file's name in an export, and its size in bytes. */
export interface NamedFile {
  readonly name: string
  readonly bytes: number
}

export const artefactFile = (digest: ArtefactDigest, mediaType: ArtefactType, bytes: number): NamedFile => ({
  name: `files/${digest}.${ENDINGS[mediaType]}`,
  bytes
})

/** A file that is read on demand. */
export interface LinkedFile<E, R> {
  /** Values of the endpoint's parameters, separated by spaces. */
  readonly key: string
  /** Files with equal versions have equal content. */
  readonly version: string
  /** Undefined if the name depends on content that is not read yet. */
  readonly named?: NamedFile
  /** None if the index no longer has the file. */
  readonly read: Effect.Effect<Option.Option<FileContent>, E, R>
}

/** The files of an endpoint, newest first. */
export interface FileTable<E> extends Pick<ExportedTable, "path" | "by"> {
  readonly files: ReadonlyArray<LinkedFile<E, never>>
}

type Linked = LinkedFile<SqlError, SqlClient>

/** Documents that stay unchanged as long as the answer that names them. */
const documentsOf = (answer: string) => {
  const digest = digestOf(Buffer.from(answer))
  return (key: string, read: Effect.Effect<Option.Option<string>, SqlError, SqlClient>): Linked => ({
    key,
    version: `${key} ${digest}`,
    read: Effect.map(
      read,
      Option.map((text): FileContent => ({ bytes: Buffer.from(text), mediaType: "application/json" }))
    )
  })
}

const Artefacts = Schema.Array(
  Schema.Struct({ digest: ArtefactDigest, mediaType: ArtefactType, bytes: Schema.Int, readAt: Schema.NullOr(Schema.Unknown) })
)
const WithArtefacts = Schema.Array(Schema.Struct({ artefacts: Artefacts }))

const decodeQuality = Schema.decodeUnknownSync(
  Schema.parseJson(
    Schema.Struct({
      documents: Schema.Array(Schema.Struct({ validator: Schema.String })),
      heads: Schema.Array(Schema.Struct({ records: WithArtefacts })),
      duels: Schema.Array(Schema.Struct({ answers: WithArtefacts }))
    })
  )
)

const decodeEpoch = Schema.decodeUnknownSync(
  Schema.parseJson(Schema.Struct({ voters: Schema.Array(Schema.Struct({ hotkey: Schema.String, report: Schema.NullOr(Schema.String) })) }))
)

/** Signed documents of validators about a competition's pull requests. */
export const linkedDocuments = (competition: string, json: string): ReadonlyArray<Linked> => {
  const document = documentsOf(json)
  return decodeQuality(json).documents.map(({ validator }) =>
    document(`${competition} ${validator}`, Quality.findDocument(Number(competition), validator))
  )
}

/** Artefacts of validators' findings and duels about a competition's pull requests that the index has. */
export const linkedArtefacts = (_: string, json: string): ReadonlyArray<Linked> => {
  const { heads, duels } = decodeQuality(json)
  return [...heads.flatMap(({ records }) => records), ...duels.flatMap(({ answers }) => answers)]
    .flatMap(({ artefacts }) => artefacts)
    .filter(({ readAt }) => readAt !== null)
    .map(({ digest, mediaType, bytes }) => ({
      key: digest,
      version: digest,
      named: artefactFile(digest, mediaType, bytes),
      read: Effect.map(
        Quality.findArtefact(digest),
        Option.map(({ content, mediaType }) => ({ bytes: content, mediaType }))
      )
    }))
}

export const linkedFacts = (epoch: string, json: string): ReadonlyArray<Linked> => [
  documentsOf(json)(
    epoch,
    Effect.map(
      Consensus.findFacts(Number(epoch)),
      Option.map((facts) => JSON.stringify(facts))
    )
  )
]

export const linkedReports = (epoch: string, json: string): ReadonlyArray<Linked> => {
  const document = documentsOf(json)
  return decodeEpoch(json).voters.flatMap(({ hotkey, report }) =>
    report === null ? [] : [document(`${epoch} ${hotkey}`, Consensus.findReport(Number(epoch), hotkey))]
  )
}
