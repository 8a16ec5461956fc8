/** Summarises the divergence of many epochs: the figures by which to decide whether to set weights by consensus. Pure. */
import type { EpochDivergence } from "../../domain/Divergence.ts"

/** The figures that a validator should see before it sets weights by consensus. */
export const ENOUGH_AGREEMENT = {
  /** A day at a tempo of 360 blocks. */
  epochs: 20,
  /** Percent of the epochs that could be compared. */
  comparedPercent: 90,
  /** Percent of the epochs with a best miner on both sides in which it is the same one. */
  sameTopPercent: 90,
  /** The median of rank correlations. */
  spearmanPpm: 900_000
} as const

export interface DivergenceFigure {
  readonly epochs: number
  /** Epochs with a quorum in which the validator had a report of its own. */
  readonly compared: number
  /** Epochs in which both had a best miner, and those in which it was the same one. */
  readonly tops: number
  readonly sameTops: number
  /** Rank correlations in parts per million. The median of an even number is the lower middle one. Null if none could be computed. */
  readonly lowestSpearmanPpm: number | null
  readonly medianSpearmanPpm: number | null
}

export const figureOf = (epochs: ReadonlyArray<EpochDivergence>): DivergenceFigure => {
  const compared = epochs.filter(({ quorum, report }) => quorum && report !== null)
  const tops = compared.flatMap(({ sameTop }) => (sameTop === null ? [] : [sameTop]))
  const correlations = compared
    .flatMap(({ spearmanPpm }) => (spearmanPpm === null ? [] : [spearmanPpm]))
    .toSorted((one, other) => one - other)
  return {
    epochs: epochs.length,
    compared: compared.length,
    tops: tops.length,
    sameTops: tops.filter((same) => same).length,
    lowestSpearmanPpm: correlations[0] ?? null,
    medianSpearmanPpm: correlations[(correlations.length - 1) >> 1] ?? null
  }
}

/** `TooFew`: too few epochs to decide. `Rare`: consensus is too rare to compare. */
export type Judgement = "Near" | "Far" | "Rare" | "TooFew"

/** Whether the figures support weights by consensus. */
export const judgeDivergence = ({ epochs, compared, tops, sameTops, medianSpearmanPpm }: DivergenceFigure): Judgement => {
  if (epochs < ENOUGH_AGREEMENT.epochs) return "TooFew"
  if (100 * compared < ENOUGH_AGREEMENT.comparedPercent * epochs) return "Rare"
  if (tops === 0 || medianSpearmanPpm === null) return "TooFew"
  return 100 * sameTops >= ENOUGH_AGREEMENT.sameTopPercent * tops && medianSpearmanPpm >= ENOUGH_AGREEMENT.spearmanPpm ? "Near" : "Far"
}
