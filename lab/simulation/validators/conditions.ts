/** Faults of honest validators: they go offline, lag behind, get no answer from GitHub, or are partitioned. */
import { randomOf } from "../random.ts"
import { type Condition, type ConditionOf, healthy, type Validator } from "./Validator.ts"

/** Probabilities per validator and period, in parts per million. */
export interface Troubles {
  readonly offline: number
  readonly lagging: number
  /** The most blocks that a lagging validator is behind. */
  readonly mostLag: number
  readonly gitHubSilent: number
  /** How many rounds a fault lasts. */
  readonly rounds: number
}

/** Ordinary hardware and networks: in a hundred rounds, each validator misses one, lags in three, and GitHub is silent in two. */
export const usualTroubles: Troubles = { offline: 10_000, lagging: 30_000, mostLag: 30, gitHubSilent: 20_000, rounds: 2 }

/** A bad season: a validator is offline a fifth of the time, and far behind another fifth. */
export const badTroubles: Troubles = { offline: 200_000, lagging: 200_000, mostLag: 120, gitHubSilent: 100_000, rounds: 5 }

/** Hostile validators have no faults, which is the worst case. */
export const troubled =
  (seed: number, { gitHubSilent, lagging, mostLag, offline, rounds }: Troubles): ConditionOf =>
  ({ hostile, index }, round) => {
    if (hostile) return healthy
    const random = randomOf(seed, `trouble ${index} ${Math.floor(round / rounds)}`)
    const [isAway, isLagging, isSilent] = [random.chance(offline), random.chance(lagging), random.chance(gitHubSilent)]
    return { ...healthy, offline: isAway, lag: isLagging ? 1 + random.below(mostLag) : 0, gitHubSilent: isSilent }
  }

/**
 * The same faults, but hostile and faulty validators never hold half of the stake together. Validators that would exceed that, in order of index, are
 * spared.
 */
export const troubledMinority = (seed: number, troubles: Troubles, validators: ReadonlyArray<Omit<Validator, "holder">>): ConditionOf => {
  const conditionOf = troubled(seed, troubles)
  const all = validators.reduce((sum, { stake }) => sum + stake, 0n)
  const hostile = validators.reduce((sum, one) => sum + (one.hostile ? one.stake : 0n), 0n)
  return (validator, round) => {
    let failing = hostile
    for (const one of validators) {
      const condition = conditionOf(one, round)
      if (condition === healthy || !isTroubled(condition)) continue
      const isSpared = 2n * (failing + one.stake) >= all
      if (one.index === validator.index) return isSpared ? healthy : condition
      if (!isSpared) failing += one.stake
    }
    return healthy
  }
}

const isTroubled = ({ gitHubSilent, lag, offline }: Condition): boolean => gitHubSilent || offline || lag > 0

/** A partition of some validators from round `from` until before `until`. */
export interface Partition {
  readonly from: number
  readonly until: number
  readonly isApart: (validator: Pick<Validator, "index">) => boolean
  /** `gossip`: they exchange enrolments only with each other and with miners on their side. `chain`: they are also cut off from the chain. */
  readonly what: "gossip" | "chain"
}

export const partitioned =
  ({ from, isApart, until, what }: Partition, otherwise: ConditionOf): ConditionOf =>
  (validator, round) => {
    const condition = otherwise(validator, round)
    if (round < from || round >= until || !isApart(validator)) return condition
    return what === "gossip" ? { ...condition, island: 1 } : { ...condition, island: 1, cutOff: true }
  }

/** The fewest validators, counted from the last, that hold at least this share of the stake (in basis points). */
export const holdersOf = (validators: ReadonlyArray<Pick<Validator, "index" | "stake">>, bps: number): ReadonlySet<number> => {
  const all = validators.reduce((sum, { stake }) => sum + stake, 0n)
  const chosen = new Set<number>()
  let held = 0n
  for (const { index, stake } of validators.toReversed()) {
    if (held * 10_000n >= all * BigInt(bps)) break
    chosen.add(index)
    held += stake
  }
  return chosen
}
