/** The settings and their bounds. */
import { Either } from "effect"
import type { ConfigField, ContractConfig, Setting } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { type Ruled, refuse } from "./Turn.ts"

/** One year in blocks of 12 seconds: the longest period allowed. */
const LONGEST_PERIOD = 2_628_000

/** The settings with one of them replaced. */
export const withSetting = (config: ContractConfig, setting: Setting): ContractConfig => {
  switch (setting._tag) {
    case "MinBounty":
      return { ...config, minBounty: setting.value }
    case "SubmissionWindow":
      return { ...config, submissionWindow: setting.value }
    case "CompetitionLength":
      return { ...config, competitionLength: setting.value }
    case "OutcomeGrace":
      return { ...config, outcomeGrace: setting.value }
    case "ChallengePeriod":
      return { ...config, challengePeriod: setting.value }
    case "RoundLength":
      return { ...config, roundLength: setting.value }
    case "AttestBlocks":
      return { ...config, attestBlocks: setting.value }
    case "QuorumBps":
      return { ...config, quorumBps: setting.value }
    case "Weighting":
      return { ...config, weighting: setting.value }
    case "MaxCompetitionsPerMiner":
      return { ...config, maxCompetitionsPerMiner: setting.value }
    case "CollateralBps":
      return { ...config, collateralBps: setting.value }
    case "SlashBps":
      return { ...config, slashBps: setting.value }
    case "HarvestStep":
      return { ...config, harvestStep: setting.value }
    case "OwnerDelay":
      return { ...config, ownerDelay: setting.value }
    case "Treasury":
      return { ...config, treasuryHotkey: setting.hotkey, treasuryColdkey: setting.coldkey }
  }
}

const between = (value: number, least: number, most: number): boolean => value >= least && value <= most

/** Refuses settings that are out of bounds or shorten the owner's delay; names the first of them. */
export const checkBounds = (config: ContractConfig, before: ContractConfig, contract: AccountAddress): Ruled<void> => {
  const bounds: ReadonlyArray<readonly [ConfigField["_tag"], boolean]> = [
    ["TreasuryColdkey", config.treasuryColdkey !== config.treasuryHotkey],
    ["MinBounty", config.minBounty >= 100_000_000n],
    ["CompetitionLength", between(config.competitionLength, 1, LONGEST_PERIOD)],
    ["SubmissionWindow", config.submissionWindow < config.competitionLength],
    ["OutcomeGrace", between(config.outcomeGrace, 0, LONGEST_PERIOD)],
    ["ChallengePeriod", between(config.challengePeriod, 0, LONGEST_PERIOD)],
    ["RoundLength", between(config.roundLength, 2, LONGEST_PERIOD)],
    ["AttestBlocks", between(config.attestBlocks, 1, config.roundLength - 1)],
    ["QuorumBps", between(config.quorumBps, 5_001, 10_000)],
    ["MaxCompetitionsPerMiner", between(config.maxCompetitionsPerMiner, 1, 256)],
    ["CollateralBps", between(config.collateralBps, 0, 10_000)],
    ["SlashBps", between(config.slashBps, 0, 10_000)],
    ["HarvestStep", between(config.harvestStep, 1, 100)],
    ["OwnerDelay", between(config.ownerDelay, before.ownerDelay, LONGEST_PERIOD)],
    ["TreasuryColdkey", config.treasuryColdkey !== contract]
  ]
  const broken = bounds.find(([, holds]) => !holds)
  return broken === undefined ? Either.void : refuse({ _tag: "ConfigOutOfBounds", value: { _tag: broken[0] } })
}
