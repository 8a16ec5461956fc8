/** The validators of a simulation: their keys and stakes, and their condition in a round. */
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import type { Enrolling, Holder } from "../miners/enrolling.ts"
import { accountNamed, keyNamed } from "../network/keys.ts"
import { type Random, randomOf } from "../random.ts"

/** A validator's faults in a round; usually none. */
export interface Condition {
  /** Whether it does nothing at all. */
  readonly offline: boolean
  /** The number of blocks by which its finalised head lags. */
  readonly lag: number
  readonly gitHubSilent: boolean
  /** The validator gossips only within its island, and receives only the enrolments of miners that post there. */
  readonly island: number
  /** Whether it can neither read the chain nor submit transactions. */
  readonly cutOff: boolean
}

export const healthy: Condition = { offline: false, lag: 0, gitHubSilent: false, island: 0, cutOff: false }

export interface Validator {
  /** Counts from 0; also its UID. */
  readonly index: number
  readonly hotkey: KeyPair
  readonly coldkey: AccountAddress
  /** In rao. */
  readonly stake: bigint
  readonly hostile: boolean
  readonly holder: Holder
}

/** The total stake of all validators: 1,000,000 alpha. */
const TOTAL_STAKE = 1_000_000_000_000_000n

/** The condition of each validator in each round. */
export type ConditionOf = (validator: Omit<Validator, "holder">, round: number) => Condition

/** Splits an amount unevenly; the largest share is at most three times the smallest. */
const split = (random: Random, amount: bigint, count: number): ReadonlyArray<bigint> => {
  const parts = Array.from({ length: count }, () => BigInt(1_000 + random.below(2_001)))
  const all = parts.reduce((sum, part) => sum + part, 0n)
  const shares = parts.map((part) => (amount * part) / all)
  const rest = amount - shares.reduce((sum, share) => sum + share, 0n)
  return shares.map((share, index) => (index === 0 ? share + rest : share))
}

/**
 * Makes validators. The last ones are hostile and hold exactly this share of the stake (in basis points). Their number is in proportion to the share,
 * with at least one hostile and one honest validator.
 */
export const makeValidators = (seed: number, count: number, hostileBps: number): ReadonlyArray<Omit<Validator, "holder">> => {
  const random = randomOf(seed, "stakes")
  const hostileCount = hostileBps === 0 ? 0 : Math.min(count - 1, Math.max(1, Math.round((count * hostileBps) / 10_000)))
  const hostileStake = (TOTAL_STAKE * BigInt(hostileBps)) / 10_000n
  const stakes = [
    ...split(random, TOTAL_STAKE - hostileStake, count - hostileCount),
    ...(hostileCount === 0 ? [] : split(random, hostileStake, hostileCount))
  ]
  return stakes.map((stake, index) => ({
    index,
    hotkey: keyNamed(`validator ${index}`),
    coldkey: accountNamed(`coldkey of validator ${index}`),
    stake,
    hostile: index >= count - hostileCount
  }))
}

export const withHolders = (validators: ReadonlyArray<Omit<Validator, "holder">>, enrolling: Enrolling): ReadonlyArray<Validator> =>
  validators.map((validator) => ({ ...validator, holder: enrolling.holder() }))
