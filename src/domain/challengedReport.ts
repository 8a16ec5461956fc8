/** The identity of the challenge of one report: the fields of every document about it. */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"

export const challengedReport = {
  epoch: Schema.NonNegativeInt,
  /** The author of the challenged report. */
  validator: AccountAddress,
  /** The report's hash. */
  report: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** The seed by which the records were picked. */
  seed: Schema.String
} as const
