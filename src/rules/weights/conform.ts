/**
 * Makes weights fit a subnet's limits (enough weights, none too heavy), as `process_weights_for_netuid` of Bittensor's SDK, but for whom it gives what fills
 * them up: UIDs that earned nothing get no more of it than the limits need.
 */

import { RECYCLE_UID } from "../../domain/Metagraph.ts"
import { type ChainWeights, toU16 } from "../../domain/toU16.ts"
import type { Rewards } from "./rewards.ts"

export interface WeightShape {
  /** The number of registered UIDs, from 0 on. */
  readonly neurons: number
  /** The least number of UIDs with a weight. */
  readonly minimumWeights: number
  /** The most that one UID may get, in parts of 65,535. */
  readonly maximumShare: number
}

/** The weight that is added for every UID if too few have earned something, in parts per million: 1e-5, as in Bittensor's SDK. */
const FILLING_WEIGHT = 10n

/** Units per part per million, so that cut weights are precise enough. */
const UNITS_PER_PPM = 1_000_000n

const MOST_WEIGHT = 65_535n

/** How often the allowed share is lowered by one part so that weights still fit after rounding. */
const MOST_ATTEMPTS = 100

/** Cuts the greatest weights to one height, at which each is the allowed share of the sum; undefined if there are too few UIDs for that. */
const cutGreatest = (parts: ReadonlyMap<number, bigint>, maximumShare: bigint): ReadonlyMap<number, bigint> | undefined => {
  const descending = [...parts.values()].sort((left, right) => (left < right ? 1 : left > right ? -1 : 0))
  if (BigInt(descending.length) * maximumShare <= MOST_WEIGHT) return undefined
  let rest = descending.reduce((sum, part) => sum + part, 0n)
  for (const [cuts, part] of descending.entries()) {
    // With the first `cuts` at one height h: h / (cuts × h + rest) is the share, and no other is higher.
    const denominator = MOST_WEIGHT - BigInt(cuts) * maximumShare
    if (denominator <= 0n) return undefined
    const height = (maximumShare * rest) / denominator
    if (cuts === 0 ? part * MOST_WEIGHT <= maximumShare * rest : part <= height)
      return cuts === 0 ? parts : new Map([...parts].map(([uid, one]) => [uid, one > height ? height : one]))
    rest -= part
  }
  return undefined
}

/**
 * Weights of which too few are sent, with a hundred-thousandth of the whole for each UID in addition. The lowest UIDs without a weight get theirs, as many as
 * are lacking; the recycle UID gets the others'. Where so few could not all be light enough, each UID gets its own.
 */
const filled = (
  parts: ReadonlyMap<number, bigint>,
  sent: ReadonlyArray<number>,
  { neurons, minimumWeights, maximumShare }: WeightShape
) => {
  const uids = Array.from({ length: neurons }, (_, uid) => uid)
  const isEnough = minimumWeights * (maximumShare - MOST_ATTEMPTS) > Number(MOST_WEIGHT)
  const chosen = new Set(isEnough ? uids.filter((uid) => !sent.includes(uid)).slice(0, minimumWeights - sent.length) : uids)
  const timesOf = (uid: number) => (chosen.has(uid) ? 1 : 0) + (uid === RECYCLE_UID ? neurons - chosen.size : 0)
  return new Map(
    uids.flatMap((uid) => {
      const part = (parts.get(uid) ?? 0n) + BigInt(timesOf(uid)) * FILLING_WEIGHT * UNITS_PER_PPM
      return part > 0n ? [[uid, part] as const] : []
    })
  )
}

/**
 * Weights that fit are unchanged. If too few UIDs have one, some are filled up; if one is too heavy, the heaviest are cut. Rewards are parts per million of a whole. In the result only proportions matter.
 */
export const conform = (rewards: Rewards, shape: WeightShape): ReadonlyMap<number, bigint> => {
  const { neurons, minimumWeights, maximumShare } = shape
  const earned = [...rewards].filter(([uid, part]) => part > 0 && uid < neurons)
  if (earned.length === 0 || neurons < minimumWeights) return new Map(Array.from({ length: neurons }, (_, uid) => [uid, 1n]))
  const known = new Map(earned.map(([uid, part]) => [uid, BigInt(part) * UNITS_PER_PPM]))
  // A weight that is rounded to zero when sent does not count.
  const sent = toU16(known).uids
  const enough = sent.length >= minimumWeights ? known : filled(known, sent, shape)
  return cutGreatest(enough, BigInt(maximumShare)) ?? new Map([...enough.keys()].map((uid) => [uid, 1n]))
}

/** The weights to set: rounded, and none too heavy after rounding, as far as possible. */
export const fittingWeights = (rewards: Rewards, shape: WeightShape): ChainWeights => {
  const isTooHeavy = ({ values }: ChainWeights) =>
    Math.max(0, ...values) * Number(MOST_WEIGHT) > shape.maximumShare * values.reduce((sum, value) => sum + value, 0)
  const first = toU16(conform(rewards, shape))
  for (let lower = 1; lower <= MOST_ATTEMPTS && isTooHeavy(first); lower++) {
    const next = toU16(conform(rewards, { ...shape, maximumShare: shape.maximumShare - lower }))
    if (!isTooHeavy(next)) return next
  }
  return first
}
