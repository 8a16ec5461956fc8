/** The challenged records of one report, as they were shown. Anybody may pass them on: they are proved by the report's signed root. */
import { Schema } from "effect"
import { challengedReport } from "./challengedReport.ts"
import { Opening } from "./Opening.ts"

export const ShownRecords = Schema.Struct({
  format: Schema.Literal("gittensor/shown-records/v1"),
  ...challengedReport,
  /** Sorted by leaf, each once. */
  openings: Schema.Array(Opening)
})
export interface ShownRecords extends Schema.Schema.Type<typeof ShownRecords> {}
