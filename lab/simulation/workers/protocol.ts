/** Messages between a simulation and its worker processes: one JSON document a line. */
import { Schema } from "effect"

/** A scenario, or one piece of it, to play. */
export const Work = Schema.Struct({
  scenario: Schema.String,
  /** null: the whole scenario. */
  piece: Schema.NullOr(Schema.Struct({ index: Schema.Int, seed: Schema.Int, quick: Schema.Boolean })),
  seed: Schema.Int,
  rounds: Schema.Int,
  miners: Schema.Int,
  validators: Schema.Int,
  hostileBps: Schema.optional(Schema.Int)
})
export type Work = typeof Work.Type

export const Reply = Schema.Union(
  Schema.TaggedStruct("progress", { line: Schema.String }),
  Schema.TaggedStruct("played", { result: Schema.Unknown })
)
export type Reply = typeof Reply.Type
