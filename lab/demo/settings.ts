/** The demo's settings: what takes days on the subnet takes seconds here. Durations are in blocks. */
import { Duration } from "effect"
import type { WeightModeName } from "../../src/consensus/WeightMode.ts"
import { defaultSettings } from "../../src/roles/owner/settings.ts"

/** In milliseconds. blockTime.ts makes it longer on a busy machine. */
export const BLOCK_PERIOD = 400
export const BLOCK_TIME = `${BLOCK_PERIOD}ms`

/** How many blocks pass in a time. */
export const blocksIn = (time: Duration.Duration): number => Math.ceil(Duration.toMillis(time) / BLOCK_PERIOD)

/**
 * Of the dev chain's usual epochs, 10 blocks, validators have two to measure and to commit; of these they have eight, about three seconds. The first epoch ends
 * some blocks before a round begins, so that the first bounty is funded in time for it.
 */
export const TEMPO = 30

/** After so many blocks without weights a permit counts no more: miners have permits by what they earned, and report nothing. */
export const ACTIVITY_CUTOFF = 3 * TEMPO

/** The bounty for each issue: 100 alpha, in rao. */
export const BOUNTY = 100_000_000_000n

export const contractSettings = {
  ...defaultSettings,
  submissionWindow: 6,
  competitionLength: 500,
  outcomeGrace: 60,
  // Stake that was there for so long weighs, and votes that have stood for so long are settled.
  day: 6,
  challengePeriod: 6,
  recycleAfter: 120,
  roundLength: 18,
  attestBlocks: 8,
  // The validators are added first; then the set-up ends with this delay.
  ownerDelay: 20
}

/** What is different where people watch: they see votes come in one by one, and stand. */
export const watchedSettings = { challengePeriod: 20 }

/** The dev chain's genesis stakes 50,000, 30,000 and 20,000 alpha behind these hotkeys. */
export const VALIDATORS = [
  { name: "validator 1", uri: "//Validator1", share: "50%" },
  { name: "validator 2", uri: "//Validator2", share: "30%" },
  { name: "validator 3", uri: "//Validator3", share: "20%" }
] as const
export type ValidatorRole = (typeof VALIDATORS)[number]

/**
 * The validator that cheats, and what it pays for its stake: 2,000 TAO, in rao. That is so little that 70,000 alpha, all stake without validator 2, are still a
 * quorum.
 */
export const LIAR = { name: "the liar", uri: "//Liar", share: "2%", stake: 2_000_000_000_000n } as const

/** It is the chain's sudo key too. */
export const OWNER_URI = "//Alice"
export const NETUID = 74

/** The validators' modes that the demo shows. */
export type DemoWeightMode = Exclude<WeightModeName, "shadow">

export const VERDICT_INTERVAL = "1s"
/** Of each validator where people watch. */
export const WATCHED_VERDICT_INTERVALS = ["2s", "6s", "10s"] as const
