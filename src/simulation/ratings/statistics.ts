/** The statistics of the report. They are for the eye: floating point, rounded where they are shown, and nothing that a validator decides. */
import { mean, quantileSorted, sampleRankCorrelation, sampleStandardDeviation } from "simple-statistics"

/** Spearman's rank correlation, from -1 to 1; ties have the mean of their ranks. 0 where one side is the same for all. */
export const rankCorrelation = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number => {
  const correlation = left.length < 2 ? Number.NaN : sampleRankCorrelation([...left], [...right])
  return Number.isNaN(correlation) ? 0 : correlation
}

/** A prediction and what came of it. */
export interface Prediction {
  /** The probability that was given to the first one's win. */
  readonly probability: number
  readonly firstWon: boolean
}

/** The mean of -ln(the probability given to what happened): 0.693 is a coin, less is better. 0 where nothing was predicted. */
export const logLoss = (predictions: ReadonlyArray<Prediction>): number =>
  predictions.length === 0
    ? 0
    : mean(predictions.map(({ firstWon, probability }) => -Math.log(Math.max(SMALLEST, firstWon ? probability : 1 - probability))))

/** Gini's coefficient of amounts that are not negative: 0 where all have the same, near 1 where one has all. */
export const gini = (amounts: ReadonlyArray<number>): number => {
  const sorted = [...amounts].sort((left, right) => left - right)
  const total = sorted.reduce((sum, amount) => sum + amount, 0)
  if (total === 0) return 0
  const weighted = sorted.reduce((sum, amount, place) => sum + (2 * (place + 1) - sorted.length - 1) * amount, 0)
  return weighted / (sorted.length * total)
}

/** Which part of the whole the tenth with the highest `rank` has. */
export const shareOfTopTenth = (items: ReadonlyArray<{ readonly rank: number; readonly amount: number }>): number => {
  const total = items.reduce((sum, { amount }) => sum + amount, 0)
  const top = [...items].sort((left, right) => right.rank - left.rank).slice(0, Math.ceil(items.length / 10))
  return total === 0 ? 0 : top.reduce((sum, { amount }) => sum + amount, 0) / total
}

/** The quantile at `part` (0 to 1) of finite values; null of nothing. */
export const quantile = (values: ReadonlyArray<number>, part: number): number | null =>
  values.length === 0
    ? null
    : quantileSorted(
        [...values].sort((left, right) => left - right),
        part
      )

export const average = (values: ReadonlyArray<number>): number => (values.length === 0 ? 0 : mean([...values]))

/** A mean over independent runs, and the half width of its 95 % interval by Student's t. */
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

/** Rounded for the eye. */
export const rounded = (value: number, digits: number): number => {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}

const SMALLEST = 1e-9

/** Student's t at 97.5 % for 1 to 30 degrees of freedom, as in every table of it. */
const STUDENT_T: ReadonlyArray<number> = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042
]

const studentT = (degrees: number): number => STUDENT_T[degrees - 1] ?? 1.96
