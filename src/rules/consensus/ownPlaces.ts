/** Which pull requests and issues of a miner a validator knew in a repository, whatever they earned, and which of them nobody touched since the epoch began. Pure. */
import { Option, Schema } from "effect"
import type { MinerScores } from "../../domain/EpochEvidence.ts"

const Places = Schema.Struct({
  pull_requests: Schema.optionalWith(
    Schema.Array(
      Schema.Struct({
        number: Schema.Int,
        changed: Schema.optional(Schema.Number),
        copied: Schema.optional(Schema.NullOr(Schema.Number)),
        unlinked: Schema.optional(Schema.Literal(true))
      })
    ),
    { default: () => [] }
  ),
  seen: Schema.optional(Schema.Array(Schema.Int)),
  discovery: Schema.optional(
    Schema.Struct({
      seen: Schema.Array(Schema.Struct({ number: Schema.Int, solver: Schema.NullOr(Schema.Int) })),
      changed: Schema.optional(Schema.Number)
    })
  )
})
/** By the names of a score's components (rules/contributions/components). */
export type Places = typeof Places.Type

const decode = Schema.decodeUnknownOption(Places)

const NOTHING: Places = { pull_requests: [] }

/** Undefined: evidence of an earlier version does not say. `repository`: in lower case. */
export const placesOf = ({ repositories }: Pick<MinerScores, "repositories">, repository: string): Places | undefined => {
  const found = repositories.find((one) => one.repository.toLowerCase() === repository)
  return found === undefined ? NOTHING : Option.getOrUndefined(decode(found.components))
}
