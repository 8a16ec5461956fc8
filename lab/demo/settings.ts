/** The demo's settings: periods of days on the subnet take seconds here. Durations are in blocks. */
import { Duration } from "effect"
import type { WeightModeName } from "../../src/consensus/WeightMode.ts"
import { RAO_PER_ALPHA } from "../../src/domain/Amount.ts"
import { defaultSettings } from "../../src/roles/owner/settings.ts"

/** In milliseconds. blockTime.ts makes it longer on a busy machine. */
export const BLOCK_PERIOD = 400
export const BLOCK_TIME = `${BLOCK_PERIOD}ms`

/** While the stage is set, before a validator has to keep up. */
export const SETUP_BLOCK_PERIOD = 100

export const blocksIn = (time: Duration.Duration): number => Math.ceil(Duration.toMillis(time) / BLOCK_PERIOD)

/**
 * With the dev chain's usual tempo of 10, validators have two blocks to measure and commit. With this tempo they have thirteen, about five seconds; a new
 * merge takes three of them on two cores.
 */
export const TEMPO = 50

/** Validators with a permit that set no weights for this many blocks count as inactive. Miners get permits by their earnings, and report nothing. */
export const ACTIVITY_CUTOFF = 3 * TEMPO

/** What one alpha costs, in rao of TAO: 0.01 TAO, as in README's example, and one rao, because the chain rounds the price that it tells down. */
export const ALPHA_PRICE = 10_000_001n

/** The rao of TAO that buy so many rao of alpha, or up to 99 more. */
export const taoFor = (alpha: bigint): bigint => (alpha * ALPHA_PRICE + RAO_PER_ALPHA - 1n) / RAO_PER_ALPHA

/** The bounty for each issue: 100 alpha, in rao. */
export const BOUNTY = 100_000_000_000n

/** What each match locks of a miner in basis points of the bounty, and which share of that a loss costs. */
export const COLLATERAL = { collateralBps: 1_000, slashBps: 5_000 } as const

/** What a miner deposits when it joins, in rao: enough for each of the twelve bounties that it enrols for to be lost. */
export const DEPOSIT = 75_000_000_000n

/** What the owner gives the treasury, in rao, so that the first bounty need not wait for an epoch's emission. */
export const FIRST_FUNDS = 2n * BOUNTY

export const contractSettings = {
  ...defaultSettings,
  submissionWindow: 6,
  competitionLength: 500,
  outcomeGrace: 60,
  // How long stake must be there to weigh, and how long votes must stand to be settled.
  day: 6,
  challengePeriod: 6,
  recycleAfter: 120,
  roundLength: 18,
  attestBlocks: 8,
  // The validators are added first; this delay then ends the set-up. Votes must stand half a day longer.
  ownerDelay: 6
}

/** In a watched demo, votes come in one by one and stand longer. */
export const watchedSettings = { challengePeriod: 20 }

/** The dev chain's genesis stakes 50,000, 30,000 and 20,000 alpha behind these hotkeys. */
export const VALIDATORS = [
  { name: "validator 1", uri: "//Validator1", share: "50%" },
  { name: "validator 2", uri: "//Validator2", share: "30%" },
  { name: "validator 3", uri: "//Validator3", share: "20%" }
] as const
export type ValidatorRole = (typeof VALIDATORS)[number]

/**
 * The cheating validator, and its stake: 2,000 alpha, in rao. The stake is so small that 70,000 alpha, all other stake without
 * validator 2, are still a quorum.
 */
export const LIAR = { name: "the liar", uri: "//Liar", share: "2%", stake: 2_000_000_000_000n } as const

/** Also the chain's sudo key. */
export const OWNER_URI = "//Alice"
export const NETUID = 74

/** The validators' modes that the demo shows. */
export type DemoWeightMode = Exclude<WeightModeName, "shadow">

export const VERDICT_INTERVAL = "1s"
/** Each validator's verdict interval in a watched demo. */
export const WATCHED_VERDICT_INTERVALS = ["2s", "6s", "10s"] as const
