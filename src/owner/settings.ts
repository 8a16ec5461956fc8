/** The settings of a contract, all but what a deployment finds out itself. */
import type { ContractConfig } from "../contract-client/generated.ts"

export type Settings = Omit<ContractConfig, "netuid" | "treasuryHotkey" | "treasuryColdkey">

/** The settings of a contract that is deployed without saying more (durations in blocks of 12 s). */
export const defaultSettings: Settings = {
  minBounty: 10_000_000_000n,
  submissionWindow: 14_400,
  competitionLength: 100_800,
  outcomeGrace: 7_200,
  challengePeriod: 7_200,
  roundLength: 300,
  attestBlocks: 50,
  quorumBps: 5_001,
  weighting: { _tag: "ByStake" },
  maxCompetitionsPerMiner: 1,
  collateralBps: 0,
  slashBps: 10_000,
  harvestStep: 32,
  ownerDelay: 0
}
