/** The least hostile stake that has an effect, found with the aggregate itself. In basis points of all stake. */
import { aggregate, type ReportedScore } from "../../../src/consensus/rules/aggregate.ts"

const STAKE = 10_000n
const neurons = [{ uid: 1, hotkey: "miner", consensus: 0 }]

const says = (value: number | null): ReadonlyArray<ReportedScore> => [{ uid: 1, hotkey: "miner", value }]

const leastShare = (isEnough: (hostile: bigint) => boolean): number => {
  for (let share = 0n; share <= STAKE; share++) if (isEnough(share)) return Number(share)
  return Number(STAKE) + 1
}

/** Whether a lie of this stake becomes the median, when this much honest stake measured the miner and the rest could not. */
const decides = (hostile: bigint, measured: bigint): boolean => {
  const voters = [
    { hotkey: "hostile", stake: hostile, scores: says(0) },
    { hotkey: "honest", stake: measured, scores: says(500_000) },
    { hotkey: "honest without an answer", stake: STAKE - hostile - measured, scores: says(null) }
  ]
  return aggregate(voters, neurons).values?.some(({ source, value }) => source === "median" && value === 0) === true
}

/** All honest stake measured the miner. */
export const toDecide = (): number => leastShare((hostile) => decides(hostile, STAKE - hostile))

/**
 * The least hostile stake if the honest stake that measured the miner is what suits the hostile best: just enough to complete two thirds. With less,
 * the chain's consensus stands; with more, honest votes weigh more.
 */
export const toDecideWithGaps = (): number =>
  leastShare((hostile) => {
    const missing = (2n * STAKE + 2n) / 3n - hostile
    return decides(hostile, missing < 0n ? 0n : missing)
  })

/** All honest validators report, and no hostile validator does. */
export const toWithholdQuorum = (): number =>
  leastShare((hostile) => {
    const voters = [
      { hotkey: "hostile", stake: hostile, scores: null },
      { hotkey: "honest", stake: STAKE - hostile, scores: says(1) }
    ]
    return !aggregate(voters, neurons).quorum
  })
