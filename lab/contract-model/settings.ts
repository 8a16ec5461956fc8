/** The settings and their bounds. */
import { Either } from "effect"
import type { ConfigField, ContractConfig, Setting } from "../../src/contract-client/generated.ts"
import { keylessColdkey, keylessHotkey } from "../../src/contract-client/keyless.ts"
import { type Ruled, refuse, unless } from "./Turn.ts"

/** One year in blocks of 12 seconds: the longest period allowed. */
const LONGEST_PERIOD = 2_628_000

const WEEK = 50_400

/** Free money waits at least this many days before it is recycled. */
const LEAST_DAYS_FREE = 7
/** All alpha that a subnet can ever have. */
const ALL_ALPHA = 21_000_000n * 1_000_000_000n

/** The settings with one of them replaced in block `now`. */
export const withSetting = (config: ContractConfig, setting: Setting, now: number): ContractConfig => {
  switch (setting._tag) {
    case "MinBounty":
      return { ...config, minBounty: setting.value }
    case "MaxBounty":
      return { ...config, maxBounty: setting.value }
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
    case "MaxCompetitionsPerMiner":
      return { ...config, maxCompetitionsPerMiner: setting.value }
    case "CollateralBps":
      return { ...config, collateralBps: setting.value }
    case "SlashBps":
      return { ...config, slashBps: setting.value }
    case "HarvestStep":
      return { ...config, harvestStep: setting.value }
    case "RecycleAfter":
      return { ...config, recycleAfter: setting.value }
    case "OwnerDelay":
      return { ...config, ownerDelay: setting.value }
    case "Treasury":
      return { ...config, treasuryHotkey: setting.hotkey, treasuryColdkey: setting.coldkey, treasuryBirth: setting.birth }
    case "RosterSigner":
      return { ...config, rosterSigner: setting.value, rosterSignerSince: now }
  }
}

const isBetween = (value: number, least: number, most: number): boolean => value >= least && value <= most

/**
 * Refuses a treasury to which somebody may hold a key: the coldkey must be the pure proxy of `treasuryBirth`, and the hotkey must derive from the
 * coldkey.
 */
const checkKeyless = ({ treasuryBirth, treasuryColdkey, treasuryHotkey }: ContractConfig): Ruled<void> => {
  const coldkey = keylessColdkey(treasuryBirth)
  if (coldkey !== treasuryColdkey) return refuse({ _tag: "TreasuryNotKeyless", derived: coldkey })
  const hotkey = keylessHotkey(coldkey, treasuryBirth.salt)
  return unless(hotkey === treasuryHotkey, { _tag: "TreasuryHotkeyNotDerived", derived: hotkey })
}

/** Refuses settings that are out of bounds or shorten the owner's delay; names the first such setting. */
export const checkBounds = (config: ContractConfig, before: ContractConfig): Ruled<void> =>
  Either.flatMap(checkKeyless(config), () => {
    const bounds: ReadonlyArray<readonly [ConfigField["_tag"], boolean]> = [
      ["MinBounty", config.minBounty >= 1n],
      ["MaxBounty", config.maxBounty >= config.minBounty && config.maxBounty <= ALL_ALPHA],
      ["CompetitionLength", isBetween(config.competitionLength, 1, LONGEST_PERIOD)],
      ["SubmissionWindow", config.submissionWindow < config.competitionLength],
      ["OutcomeGrace", isBetween(config.outcomeGrace, 0, LONGEST_PERIOD)],
      ["ChallengePeriod", isBetween(config.challengePeriod, config.day, 2 * WEEK)],
      ["RoundLength", isBetween(config.roundLength, 2, LONGEST_PERIOD)],
      ["AttestBlocks", isBetween(config.attestBlocks, 1, config.roundLength - 1)],
      ["QuorumBps", isBetween(config.quorumBps, 5_001, 10_000)],
      ["MaxCompetitionsPerMiner", isBetween(config.maxCompetitionsPerMiner, 1, 256)],
      ["CollateralBps", isBetween(config.collateralBps, 0, 10_000)],
      ["SlashBps", isBetween(config.slashBps, 0, 10_000)],
      ["HarvestStep", isBetween(config.harvestStep, 1, 100)],
      ["RecycleAfter", isBetween(config.recycleAfter, LEAST_DAYS_FREE * config.day, LONGEST_PERIOD)],
      ["OwnerDelay", isBetween(config.ownerDelay, before.ownerDelay, WEEK)],
      ["OwnerDelay", config.ownerDelay === 0 || config.ownerDelay >= config.day]
    ]
    const broken = bounds.find(([, holds]) => !holds)
    return broken === undefined ? Either.void : refuse({ _tag: "ConfigOutOfBounds", value: { _tag: broken[0] } })
  })
