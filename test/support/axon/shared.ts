/** Vectors recorded from Bittensor's own tools, if they are present beside the repository. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"

const folder = fileURLToPath(new URL("../../../../shared/vectors/", import.meta.url))

export const isShared = existsSync(folder)

/** Parses a vector file with JSON.parse. Integers above 2⁵³ lose precision, so tests read those from strings instead. */
export const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}${name}`, "utf8"))

const Cases = Schema.Struct({
  cases: Schema.Array(
    Schema.Struct({
      label: Schema.String,
      request: Schema.Struct({
        method: Schema.String,
        path: Schema.String,
        headers: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), { nullable: true, default: () => ({}) }),
        body_text: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null })
      }),
      response: Schema.Struct({ status: Schema.Number })
    })
  )
})

/** Requests recorded at Bittensor's axon, with its answers. */
export const axonCases = () => Schema.decodeUnknownSync(Cases)(read("axon_cases.json"))
