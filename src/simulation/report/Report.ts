/** The form of what a simulation reports: figures with the bound that each must keep, and lines for plots. */

/**
 * One figure. Whole numbers decide (counts, rounds, blocks, parts per million, milli-points); a fraction stands only where `unit` says
 * "display": floating point then, rounded for the eye, and no part of what is compared between machines.
 */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Half the width of the 95 % interval over several seeds, in the same unit. */
  readonly plusMinus?: number
  /** What it must be; absent where it is only told. */
  readonly bound?: { readonly atLeast?: number; readonly atMost?: number }
}

/** A line of a plot. */
export interface Line {
  readonly name: string
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
}

export interface Plot {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly lines: ReadonlyArray<Line>
}

/** What one scenario, or one question, came to. */
export interface Section {
  /** As on the command line. */
  readonly name: string
  /** What was asked, in a sentence. */
  readonly question: string
  readonly figures: ReadonlyArray<Figure>
  readonly plots: ReadonlyArray<Plot>
  /** What a reader must know to read the figures. */
  readonly notes: ReadonlyArray<string>
}

export interface Report {
  readonly seed: number
  readonly settings: Readonly<Record<string, number | string>>
  readonly sections: ReadonlyArray<Section>
  /** Whether every figure keeps its bound. */
  readonly holds: boolean
}

/** Whether a figure keeps its bound; one without a bound does. */
export const keepsBound = ({ bound, value }: Figure): boolean =>
  value >= (bound?.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (bound?.atMost ?? Number.POSITIVE_INFINITY)

export const reportOf = (seed: number, settings: Report["settings"], sections: ReadonlyArray<Section>): Report => ({
  seed,
  settings,
  sections,
  holds: sections.every(({ figures }) => figures.every(keepsBound))
})
