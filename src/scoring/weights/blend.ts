import { RECYCLE_UID } from "../../domain/Metagraph.ts"
import { type Rewards, type Scoring, WHOLE_PPM } from "./rewards.ts"

/** How the subnet's emission is divided, in parts per million. The remainder is recycled. */
export interface BlendRules {
  readonly ossContributions: number
  readonly issueCompetitions: number
}

/** 0.90 to open-source contributions, 0.10 to the issue competitions' treasury. */
export const defaultBlendRules: BlendRules = { ossContributions: 900_000, issueCompetitions: 100_000 }

/**
 * Each UID's part of the emission in parts per million, by rising UID, exactly one million in all. Cut fractions and unassigned or unscored shares go to the
 * recycle UID. Rewards that are negative, fractional or more than their share in all are a defect of the caller.
 */
export const blend = (
  scorings: { readonly ossContributions: Scoring; readonly issueCompetitions: Scoring },
  rules: BlendRules = defaultBlendRules
): Rewards => {
  if (rules.ossContributions + rules.issueCompetitions > WHOLE_PPM) throw new RangeError("the shares are more than the whole")
  const parts = new Map<number, number>()
  const add = (uid: number, ppm: number) => {
    if (ppm > 0) parts.set(uid, (parts.get(uid) ?? 0) + ppm)
  }
  let given = 0
  for (const [scoring, share] of [
    [scorings.ossContributions, rules.ossContributions],
    [scorings.issueCompetitions, rules.issueCompetitions]
  ] as const) {
    if (scoring._tag === "NothingScored") continue
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
