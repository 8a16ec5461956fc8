/** What came of a fault. */
import { Schema } from "effect"

export const Row = Schema.Struct({
  what: Schema.String,
  /** In blocks after its begin; null: nothing had to be said. */
  noticed: Schema.NullOr(Schema.Int),
  /** Whose log, /health or both. */
  where: Schema.String,
  text: Schema.String,
  /** The alerts that fired while it lasted, by a real Prometheus; none where none is installed. */
  alerts: Schema.Array(Schema.String),
  /** In blocks after it was taken back. */
  recovered: Schema.Int,
  lost: Schema.Array(Schema.String),
  /** What did not happen as it should. */
  wrong: Schema.Array(Schema.String),
  /** The validator's memory in megabytes. */
  before: Schema.Int,
  after: Schema.Int
})
export interface Row extends Schema.Schema.Type<typeof Row> {}
