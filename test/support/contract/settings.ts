/** A world's settings and amounts. */

import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import type { ContractConfig } from "../../../src/contract-client/generated.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { NETUID } from "./subnet.ts"

export const ALPHA = 1_000_000_000n
export const BOUNTY = 100n * ALPHA
export const ROUND = 20
export const ATTEST = 8
/** Blocks for which stake must have been there to weigh. */
export const DAY = 4

/** A world's settings. Its set-up ends with this delay: a change applies a day of the contract after its announcement. */
export const defaults = {
  netuid: NETUID,
  devChain: true,
  day: DAY,
  minBounty: 10n * ALPHA,
  maxBounty: 10_000n * ALPHA,
  submissionWindow: 4,
  competitionLength: 40,
  outcomeGrace: 10,
  challengePeriod: 12,
  roundLength: ROUND,
  attestBlocks: ATTEST,
  quorumBps: 5_001,
  maxCompetitionsPerMiner: 1,
  collateralBps: 0,
  slashBps: 10_000,
  harvestStep: 3,
  recycleAfter: 10 * DAY,
  ownerDelay: DAY,
  rosterSigner: AccountAddress.make(devAccounts["//SubnetOwner//hot"]),
  /** The contract sets this field. */
  rosterSignerSince: 0
} as const satisfies Omit<ContractConfig, "treasuryHotkey" | "treasuryColdkey" | "treasuryBirth">
