/** Decides whether a text is the report that a validator committed to. Pure: validators with the same report and the same chain decide alike. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { Report } from "../../domain/Report.ts"

/** Why a report is not kept. */
export type Refusal =
  | "malformed"
  | "another edition"
  | "another hotkey"
  | "another subnet"
  | "another epoch"
  | "no commitment"
  | "not the committed report"

/** What a report of an epoch must contain. */
export interface ExpectedReport {
  readonly genesis: string
  readonly netuid: number
  readonly epoch: Epoch
  readonly hotkey: AccountAddress
  /** The hash that the hotkey had committed at E + D1; null if it had none. */
  readonly committed: string | null
}

/** Why a report with a valid signature is not kept; undefined if it is. `hash`: of its body. */
export const refusalOf = (report: Report, hash: string, expected: ExpectedReport): Refusal | undefined => {
  if (report.validator !== expected.hotkey) return "another hotkey"
  if (report.genesis !== expected.genesis || report.netuid !== expected.netuid) return "another subnet"
  if (report.epoch !== expected.epoch.index || report.block !== expected.epoch.firstBlock) return "another epoch"
  if (expected.committed === null) return "no commitment"
  return expected.committed === hash ? undefined : "not the committed report"
}
