/** The report's statistics. They use floating point and are rounded for display; validators never use them. */
import { mean, quantileSorted, sampleRankCorrelation, sampleStandardDeviation } from "simple-statistics"

/** Spearman's rank correlation, from -1 to 1. Ties get the mean of their ranks. 0 where one side is constant. */
export const rankCorrelation = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number => {
  const correlation = left.length < 2 ? Number.NaN : sampleRankCorrelation([...left], [...right])
  return Number.isNaN(correlation) ? 0 : correlation
}

/** A prediction and the actual result. */
export interface Prediction {
  /** The predicted probability that the first player wins. */
  readonly probability: number
  readonly firstWon: boolean
}

/** The mean of -ln(the probability given to the actual result). A coin toss gives 0.693; less is better. 0 without predictions. */
export const logLoss = (predictions: ReadonlyArray<Prediction>): number =>
  predictions.length === 0
    ? 0
    : mean(predictions.map(({ firstWon, probability }) => -Math.log(Math.max(SMALLEST, firstWon ? probability : 1 - probability))))

/** The Gini coefficient of non-negative amounts: 0 when all are equal, near 1 when one has everything. */
export const gini = (amounts: ReadonlyArray<number>): number => {
  const sorted = [...amounts].sort((left, right) => left - right)
  const total = sorted.reduce((sum, amount) => sum + amount, 0)
  if (total === 0) return 0
  const weighted = sorted.reduce((sum, amount, place) => sum + (2 * (place + 1) - sorted.length - 1) * amount, 0)
  return weighted / (sorted.length * total)
}

/** The share of the total that belongs to the tenth with the highest `rank`. */
export const shareOfTopTenth = (items: ReadonlyArray<{ readonly rank: number; readonly amount: number }>): number => {
  const total = items.reduce((sum, { amount }) => sum + amount, 0)
  const top = [...items].sort((left, right) => right.rank - left.rank).slice(0, Math.ceil(items.length / 10))
  return total === 0 ? 0 : top.reduce((sum, { amount }) => sum + amount, 0) / total
}

/** The quantile at `part` (0 to 1) of finite values; null if there are none. */
export const quantile = (values: ReadonlyArray<number>, part: number): number | null =>
  values.length === 0
    ? null
    : quantileSorted(
        [...values].sort((left, right) => left - right),
        part
      )

export const average = (values: ReadonlyArray<number>): number => (values.length === 0 ? 0 : mean([...values]))

/** A mean over independent runs, and the half width of its 95 % confidence interval by Student's t. */
export interface Estimate {
  readonly mean: number
  readonly halfWidth: number
  readonly runs: number
}

export const estimate = (values: ReadonlyArray<number>): Estimate => ({
  mean: average(values),
  halfWidth: values.length < 2 ? 0 : (studentT(values.length - 1) * sampleStandardDeviation([...values])) / Math.sqrt(values.length),
  runs: values.length
})

/** Rounds for display. */
export const rounded = (value: number, digits: number): number => {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}

const SMALLEST = 1e-9

/** Student's t at 97.5 % for 1 to 30 degrees of freedom. */
const STUDENT_T: ReadonlyArray<number> = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042
]

const studentT = (degrees: number): number => STUDENT_T[degrees - 1] ?? 1.96
