/** Files that support a finding, such as the output of a test run. Each is named by the SHA-256 of its content, so that it can't change. */
import { createHash } from "node:crypto"
import { Schema } from "effect"

/** The SHA-256 of an artefact's bytes, in lower-case hexadecimal digits. */
export const ArtefactDigest = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/), Schema.brand("ArtefactDigest"))
export type ArtefactDigest = typeof ArtefactDigest.Type

/** No browser runs any of these. */
export const ArtefactType = Schema.Literal("text/plain", "application/json", "application/octet-stream")
export type ArtefactType = typeof ArtefactType.Type

/** The file extension of each type, by which it is shown. */
export const ENDINGS = { "text/plain": "txt", "application/json": "json", "application/octet-stream": "bin" } as const satisfies Record<
  ArtefactType,
  string
>

export const MAX_ARTEFACT_BYTES = 2_097_152

/**
 * The contents of an artefact. `output-…`: the output of the test runs of one tree of files. `question` and `answer`: of one judge in one order of a duel.
 */
export const ArtefactName = Schema.Literal(
  "gate",
  "fingerprints",
  "tests",
  "output-base",
  "output-head",
  "output-own-on-base",
  "output-own-on-head",
  "fault",
  "question",
  "answer"
)
export type ArtefactName = typeof ArtefactName.Type

/** A reference to an artefact in a finding. */
export const ArtefactRef = Schema.Struct({
  name: ArtefactName,
  digest: ArtefactDigest,
  mediaType: ArtefactType,
  bytes: Schema.NonNegativeInt.pipe(Schema.lessThanOrEqualTo(MAX_ARTEFACT_BYTES))
})
export interface ArtefactRef extends Schema.Schema.Type<typeof ArtefactRef> {}

/** The most artefacts of one head. */
export const MAX_ARTEFACTS = 16

export const digestOf = (bytes: Uint8Array): ArtefactDigest => ArtefactDigest.make(createHash("sha256").update(bytes).digest("hex"))
