/** Shared by the sections of the report. */
import { Effect } from "effect"
import type { Figure, Section } from "../../report/Report.ts"
import { estimate, rounded } from "../statistics.ts"

export interface RatingOptions {
  readonly seed: number
  /** Few seeds and small seasons: for a first look, not for conclusions. */
  readonly quick: boolean
  readonly onProgress: (line: string) => void
}

/** A scenario about ratings and pairs. */
export interface RatingScenario {
  readonly name: string
  readonly question: string
  readonly run: (options: RatingOptions) => Effect.Effect<Section>
}

/** Lets timers and signals run between two long computations. */
const breathe = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** Runs the same computation for independent seeds, one after the other: `options.seed` and further ones in steps of 1,000. */
export const overSeeds = <A>(
  options: RatingOptions,
  seeds: number,
  label: string,
  one: (seed: number) => A
): Effect.Effect<ReadonlyArray<A>> =>
  Effect.forEach(
    Array.from({ length: seeds }, (_, index) => options.seed + 1_000 * index),
    (seed, index) =>
      Effect.sync(() => {
        options.onProgress(`${label}: season ${index + 1} of ${seeds}`)
        return one(seed)
      }).pipe(Effect.zipLeft(breathe))
  )

/** A figure with its confidence interval over the seeds. */
export const figure = (
  name: string,
  values: ReadonlyArray<number>,
  unit: string,
  more: { readonly digits?: number; readonly bound?: Figure["bound"] } = {}
): Figure => {
  const digits = more.digits ?? 3
  const { halfWidth, mean } = estimate(values)
  return {
    name,
    value: rounded(mean, digits),
    unit,
    ...(values.length > 1 ? { plusMinus: rounded(halfWidth, digits) } : {}),
    ...(more.bound === undefined ? {} : { bound: more.bound })
  }
}

/** The unit of dimensionless figures: correlations, log-losses, Gini coefficients. */
export const DISPLAY = "display"

/** The mean over the seeds, rounded for a plot. */
export const meanOf = (values: ReadonlyArray<number>, digits = 4): number => rounded(estimate(values).mean, digits)
