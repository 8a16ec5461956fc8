/** Shared by the sections of the report. */
import { Effect } from "effect"
import type { Figure, Section } from "../../report/Report.ts"
import { estimate, rounded } from "../statistics.ts"

/** One case of a scenario, which is played with several seeds. */
export interface Case {
  readonly label: string
  readonly seeds: number
}

export interface RatingOptions {
  readonly seed: number
  /** Few seeds and short seasons: for a preview, not for conclusions. */
  readonly quick: boolean
  readonly onProgress: (line: string) => void
  /** Lets another process play a case. Absent: this process plays all of them, one after the other. */
  readonly elsewhere?: (piece: Piece) => Effect.Effect<unknown>
}

/** A case played with one seed: `index` counts the scenario's cases from 0. */
export interface Piece {
  readonly index: number
  readonly seed: number
  readonly quick: boolean
}

/** A scenario about ratings and pairs. */
export interface RatingScenario {
  readonly name: string
  readonly question: string
  readonly run: (options: RatingOptions) => Effect.Effect<Section>
  /** Plays one case with one seed. The result goes through JSON, so it holds neither functions nor infinities. */
  readonly play: (piece: Piece) => unknown
}

/** The results of a case, one for each seed. */
export interface Outcome<C, R> {
  readonly of: C
  readonly results: ReadonlyArray<R>
}

interface Definition<C extends Case, R> extends Pick<RatingScenario, "name" | "question"> {
  readonly cases: (quick: boolean) => ReadonlyArray<C>
  readonly play: (of: C, seed: number, quick: boolean) => R
  readonly section: (outcomes: ReadonlyArray<Outcome<C, R>>) => Omit<Section, "name" | "question">
}

/** Lets timers and signals run between two long computations. */
const breathe = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** A scenario whose cases are played with independent seeds: `options.seed` and further ones in steps of 1,000. */
export const ratingScenario = <C extends Case, R>({ cases, name, play, question, section }: Definition<C, R>): RatingScenario => {
  const caseAt = (index: number, quick: boolean): C => {
    const found = cases(quick)[index]
    if (found === undefined) throw new RangeError(`the scenario ${name} has no case ${index}`)
    return found
  }
  const playPiece = ({ index, quick, seed }: Piece): R => play(caseAt(index, quick), seed, quick)
  const run = (options: RatingOptions): Effect.Effect<Section> => {
    const { elsewhere, onProgress, quick } = options
    const all = cases(quick)
    const pieces = all.flatMap(({ label, seeds }, index) =>
      Array.from({ length: seeds }, (_, place) => ({ label, seeds, place, index, seed: options.seed + 1_000 * place }))
    )
    const results = Effect.forEach(
      pieces,
      ({ index, label, place, seed, seeds }) => {
        const told = Effect.sync(() => onProgress(`${name}, ${label}: season ${place + 1} of ${seeds}`))
        // Another process of this same program returned it from `play`.
        const played: Effect.Effect<R> =
          elsewhere === undefined
            ? Effect.zipLeft(
                Effect.sync(() => playPiece({ index, seed, quick })),
                breathe
              )
            : Effect.map(elsewhere({ index, seed, quick }), (result) => result as R)
        return Effect.map(Effect.zipLeft(played, told), (result) => ({ index, result }))
      },
      { concurrency: elsewhere === undefined ? 1 : "unbounded" }
    )
    return Effect.map(results, (found) => ({
      name,
      question,
      ...section(all.map((of, index) => ({ of, results: found.flatMap((one) => (one.index === index ? [one.result] : [])) })))
    }))
  }
  return { name, question, run, play: playPiece }
}

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
