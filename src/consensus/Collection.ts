/** The validators whose reports of an epoch are collected, and what a report must contain. */
import type { AccountAddress } from "../domain/Account.ts"
import type { AxonAddress } from "../domain/Metagraph.ts"
import type { ExpectedReport } from "../rules/consensus/admission.ts"

/** A validator whose report is wanted. */
export interface Peer {
  readonly hotkey: AccountAddress
  readonly axon: AxonAddress | null
  readonly committed: ExpectedReport["committed"]
}

/** What every report of the epoch must contain, and who reports. */
export interface Collection extends Omit<ExpectedReport, "hotkey" | "committed"> {
  /** All voters; this validator too, if it is one: what it committed to comes back from others if it is lost here. */
  readonly peers: ReadonlyArray<Peer>
  /** The hash of the roster by which this validator scores the epoch. Reports by other rosters are collected too: which roster applies follows from them. */
  readonly roster: string
}
