/** The records that the challenge of one report asked for, as they were shown. Anybody may pass them on: the report is signed over them. */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { Opening } from "./Opening.ts"

export const ShownRecords = Schema.Struct({
  format: Schema.Literal("gittensor/shown-records/v1"),
  epoch: Schema.NonNegativeInt,
  /** Whose report was challenged. */
  validator: AccountAddress,
  /** The report's hash. */
  report: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** What the records were picked by. */
  seed: Schema.String,
  /** By rising leaf. */
  openings: Schema.Array(Opening)
})
export interface ShownRecords extends Schema.Schema.Type<typeof ShownRecords> {}
