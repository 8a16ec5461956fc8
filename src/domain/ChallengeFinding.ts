/** A validator's finding against another after the challenge of its report: the faults of the drawn records. */
import { Schema } from "effect"
import { Opening } from "./Opening.ts"
import { challengedReport } from "./ShownRecords.ts"

/**
 * The rules of which a signed report and at most two of its openings show that the report breaks one. `empty`: it has cells, and no records. `total`: its
 * tree has other sums than its cells. `validator`: a record names another validator. `cell`: a record is outside of its cell's range. `order`: two records
 * are out of order, or the same. `product`: what a record earned does not follow from its factors. `roster`: a factor that the roster never gives.
 */
export const FalseRule = Schema.Literal("empty", "total", "validator", "cell", "order", "product", "roster")
export type FalseRule = typeof FalseRule.Type

/** A rule that a report breaks, and the openings that show it. */
export const Falsehood = Schema.Struct({
  rule: FalseRule,
  /** One sentence. */
  why: Schema.String,
  openings: Schema.Array(Opening).pipe(Schema.maxItems(2))
})
export interface Falsehood extends Schema.Schema.Type<typeof Falsehood> {}

/** A proof that a report is false. It can be checked offline. */
export const FalseReport = Schema.Struct({
  format: Schema.Literal("gittensor/false-report/v1"),
  rule: FalseRule,
  validator: challengedReport.validator,
  epoch: challengedReport.epoch,
  /** The report's hash. */
  report: challengedReport.report,
  openings: Falsehood.fields.openings,
  /** The signed report's text; left out where the report is beside. */
  document: Schema.optional(Schema.String)
})
export interface FalseReport extends Schema.Schema.Type<typeof FalseReport> {}

/** `missing`: not shown. `invalid`: shown, but not under the report's root. `false`: the report breaks a rule by itself. `wrong`: GitHub says something else. */
const Fault = Schema.Literal("missing", "invalid", "false", "wrong")
export type Fault = typeof Fault.Type

export const DrawFault = Schema.Struct({
  /** The draw's number, from 0. */
  draw: Schema.NonNegativeInt,
  fault: Fault,
  /** One sentence. */
  why: Schema.String,
  /** For a false report: the proof, which anybody can check together with the report. */
  proof: Schema.optional(Falsehood)
})
export interface DrawFault extends Schema.Schema.Type<typeof DrawFault> {}

export const ChallengeFinding = Schema.Struct({
  format: Schema.Literal("gittensor/challenge-finding/v1"),
  ...challengedReport,
  /** Sorted by draw. */
  faults: Schema.NonEmptyArray(DrawFault)
})
export interface ChallengeFinding extends Schema.Schema.Type<typeof ChallengeFinding> {}
