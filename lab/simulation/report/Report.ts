/** The report of a simulation: figures with their bounds, and lines for plots. */

/**
 * One figure. Integers are exact (counts, rounds, blocks, parts per million, milli-points). A fraction is only for display: rounded floating point
 * that may differ between machines.
 */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Half the width of the 95 % confidence interval over several seeds, in the same unit. */
  readonly plusMinus?: number
  /**
   * The bound of the value; absent for information only. `upperEndAtMost` bounds the upper end of the confidence interval, so that chance alone
   * cannot keep the bound.
   */
  readonly bound?: { readonly atLeast?: number; readonly atMost?: number; readonly upperEndAtMost?: number }
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

/** The result of one scenario. */
export interface Section {
  /** The name on the command line. */
  readonly name: string
  /** The question, in one sentence. */
  readonly question: string
  readonly figures: ReadonlyArray<Figure>
  readonly plots: ReadonlyArray<Plot>
  /** Context for interpreting the figures. */
  readonly notes: ReadonlyArray<string>
}

export interface Report {
  readonly seed: number
  readonly settings: Readonly<Record<string, number | string>>
  readonly sections: ReadonlyArray<Section>
  /** Whether every figure keeps its bound. */
  readonly holds: boolean
}

/** Whether a figure keeps its bound; true without one. */
export const keepsBound = ({ bound, plusMinus = 0, value }: Figure): boolean =>
  value >= (bound?.atLeast ?? Number.NEGATIVE_INFINITY) &&
  value <= (bound?.atMost ?? Number.POSITIVE_INFINITY) &&
  value + plusMinus <= (bound?.upperEndAtMost ?? Number.POSITIVE_INFINITY)

export const reportOf = (seed: number, settings: Report["settings"], sections: ReadonlyArray<Section>): Report => ({
  seed,
  settings,
  sections,
  holds: sections.every(({ figures }) => figures.every(keepsBound))
})
