/** What names the challenge of one report: the fields of every document about it. */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"

export const challengedReport = {
  epoch: Schema.NonNegativeInt,
  /** Whose report was challenged. */
  validator: AccountAddress,
  /** The report's hash. */
  report: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** What the records were picked by. */
  seed: Schema.String
} as const
