/** A validator's finding against another after the challenge of its report: the faults of the challenged records. */
import { Schema } from "effect"
import { challengedReport } from "./challengedReport.ts"

/** `missing`: not shown. `invalid`: shown, but not under the report's Merkle root. `wrong`: another score is right. */
const Fault = Schema.Literal("missing", "invalid", "wrong")
export type Fault = typeof Fault.Type

export const LeafFault = Schema.Struct({
  /** The record's index among the report's. */
  leaf: Schema.NonNegativeInt,
  fault: Fault,
  /** One sentence. */
  why: Schema.String
})
export interface LeafFault extends Schema.Schema.Type<typeof LeafFault> {}

export const ChallengeFinding = Schema.Struct({
  format: Schema.Literal("gittensor/challenge-finding/v1"),
  ...challengedReport,
  /** Sorted by leaf. */
  faults: Schema.NonEmptyArray(LeafFault)
})
export interface ChallengeFinding extends Schema.Schema.Type<typeof ChallengeFinding> {}
