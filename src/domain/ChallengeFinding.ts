/** What one validator holds against another after the challenge of its report: which of the picked records it did not show as it must. */
import { Schema } from "effect"
import { challengedReport } from "./challengedReport.ts"

/** `missing`: not shown. `invalid`: shown, but not what the report is signed over. `wrong`: it scores differently. */
const Fault = Schema.Literal("missing", "invalid", "wrong")
export type Fault = typeof Fault.Type

export const LeafFault = Schema.Struct({
  /** The record's number among the report's. */
  leaf: Schema.NonNegativeInt,
  fault: Fault,
  /** One sentence. */
  why: Schema.String
})
export interface LeafFault extends Schema.Schema.Type<typeof LeafFault> {}

export const ChallengeFinding = Schema.Struct({
  format: Schema.Literal("gittensor/challenge-finding/v1"),
  ...challengedReport,
  /** By rising leaf. */
  faults: Schema.NonEmptyArray(LeafFault)
})
export interface ChallengeFinding extends Schema.Schema.Type<typeof ChallengeFinding> {}
