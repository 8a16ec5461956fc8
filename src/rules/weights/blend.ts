import { type ComputedKind, type Emission, WHOLE_PPM } from "../../domain/Emission.ts"
import { RECYCLE_UID } from "../../domain/Metagraph.ts"
import { poolsOf } from "./pools.ts"
import type { Rewards, Scoring } from "./rewards.ts"

/**
 * Each UID's part of the emission in parts per million, sorted by UID, exactly one million in all. The recycle UID gets cut fractions, unassigned or
 * unscored shares, and pools that are not computed. It is a defect of the caller if rewards are negative, fractional or more than their share, or if
 * the shares exceed the whole.
 */
export const blend = (scorings: Readonly<Record<ComputedKind, Scoring>>, emission: Emission): Rewards => {
  const parts = new Map<number, number>()
  const add = (uid: number, ppm: number) => {
    if (ppm > 0) parts.set(uid, (parts.get(uid) ?? 0) + ppm)
  }
  const pools = poolsOf(emission)
  if (pools.reduce((sum, { ppm }) => sum + ppm, 0) > WHOLE_PPM) throw new RangeError("the shares are more than the whole")
  let given = 0
  for (const { computedAs, ppm: share } of pools) {
    const scoring = computedAs === null ? undefined : scorings[computedAs]
    if (scoring?._tag !== "Scored") continue
    checkRewards(scoring.rewards)
    for (const [uid, ppm] of scoring.rewards) {
      const part = Math.floor((ppm * share) / WHOLE_PPM)
      add(uid, part)
      given += part
    }
  }
  add(RECYCLE_UID, WHOLE_PPM - given)
  return new Map([...parts].sort(([left], [right]) => left - right))
}

const checkRewards = (rewards: Rewards): void => {
  let sum = 0
  for (const [uid, ppm] of rewards) {
    if (!Number.isInteger(ppm) || ppm < 0) throw new RangeError(`the reward of UID ${uid} is ${ppm}, not a whole number of parts`)
    sum += ppm
  }
  if (sum > WHOLE_PPM) throw new RangeError(`rewards of ${sum} parts are more than their share`)
}
