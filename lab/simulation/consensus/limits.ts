/** The least hostile stake that has an effect, found with the rules themselves. In basis points of all stake. */
import { lowerMedian } from "../../../src/rules/consensus/lowerMedian.ts"
import { reportingOf } from "../../../src/rules/consensus/settlementOf.ts"
import { addressNamed } from "./reports.ts"

const STAKE = 10_000n

const leastShare = (isEnough: (hostile: bigint) => boolean): number => {
  for (let share = 0n; share <= STAKE; share++) if (isEnough(share)) return Number(share)
  return Number(STAKE) + 1
}

/** Whether a lie of this stake becomes the median, when this much honest stake measured the cell and the rest could not. */
const decides = (hostile: bigint, measured: bigint): boolean =>
  lowerMedian(
    [
      { value: 0, stake: hostile },
      { value: 500_000, stake: measured }
    ],
    STAKE
  ) === 0

/** The least hostile stake that decides a score which every honest validator measured. */
export const toDecide = (): number => leastShare((hostile) => decides(hostile, STAKE - hostile))

/** A third of all stake measured the cell, the hostile included: with less, the settlement before stands; with more, honest votes weigh more. */
export const toDecideWithGaps = (): number =>
  leastShare((hostile) => {
    const missing = (STAKE + 2n) / 3n - hostile
    return decides(hostile, missing < 0n ? 0n : missing)
  })

/** All honest validators report, and no hostile validator does. */
export const toWithholdQuorum = (): number =>
  leastShare((hostile) => {
    const [liar, honest] = [addressNamed("hostile"), addressNamed("honest")]
    const voters = [
      { hotkey: liar, stake: hostile },
      { hotkey: honest, stake: STAKE - hostile }
    ]
    return !reportingOf({ voters }, new Map([[honest, true]])).quorum
  })
