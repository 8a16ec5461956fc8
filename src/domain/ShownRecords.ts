/** The records that the challenge of one report asked for, as they were shown. Anybody may pass them on: the report is signed over them. */
import { Schema } from "effect"
import { challengedReport } from "./challengedReport.ts"
import { Opening } from "./Opening.ts"

export const ShownRecords = Schema.Struct({
  format: Schema.Literal("gittensor/shown-records/v1"),
  ...challengedReport,
  /** By rising leaf. */
  openings: Schema.Array(Opening)
})
export interface ShownRecords extends Schema.Schema.Type<typeof ShownRecords> {}
