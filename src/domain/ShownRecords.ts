/** The challenged records of one report, as they were shown. Anybody may pass them on: they are proved by the report's signed root. */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { Opening } from "./Opening.ts"

export const challengedReport = {
  epoch: Schema.NonNegativeInt,
  /** The author of the challenged report. */
  validator: AccountAddress,
  /** The report's hash. */
  report: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** The seed by which the records were picked. */
  seed: Schema.String
} as const

export const ShownRecords = Schema.Struct({
  format: Schema.Literal("gittensor/shown-records/v1"),
  ...challengedReport,
  /** Sorted by leaf, each once. */
  openings: Schema.Array(Opening)
})
export interface ShownRecords extends Schema.Schema.Type<typeof ShownRecords> {}
