/** The demo's clock: everything that takes days on the subnet takes seconds here. Durations in blocks. */
import { defaultSettings } from "../owner/settings.ts"

export const BLOCK_TIME = "400ms"

/** What the owner offers for each issue, in rao: 100 alpha. */
export const BOUNTY = 100_000_000_000n

export const contractSettings = {
  ...defaultSettings,
  submissionWindow: 6,
  competitionLength: 500,
  outcomeGrace: 60,
  challengePeriod: 6,
  roundLength: 18,
  attestBlocks: 8
}

/** Validator i's hotkey is `//Validator{i}`: the dev chain's genesis gives them 50, 30 and 20 thousand alpha. */
export const VALIDATORS = [
  { name: "validator 1", uri: "//Validator1", share: "50 %" },
  { name: "validator 2", uri: "//Validator2", share: "30 %" },
  { name: "validator 3", uri: "//Validator3", share: "20 %" }
] as const
export type ValidatorRole = (typeof VALIDATORS)[number]

export const OWNER_URI = "//Alice"
export const NETUID = 74
export const VERDICT_INTERVAL = "1s"
