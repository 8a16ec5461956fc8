/** The peers whose reports of an epoch are collected, and what a report must contain. */
import type { AccountAddress } from "../domain/Account.ts"
import type { AxonAddress } from "../domain/Metagraph.ts"
import type { ExpectedReport } from "./rules/admission.ts"

/** A validator whose report is wanted. */
export interface Peer {
  readonly hotkey: AccountAddress
  readonly axon: AxonAddress | null
  readonly committed: ExpectedReport["committed"]
}

/** What every report of the epoch must contain, and who reports besides this validator. */
export interface Collection extends Omit<ExpectedReport, "hotkey" | "committed"> {
  readonly peers: ReadonlyArray<Peer>
}
