/** How a validator measures contributions, by its options; where it does not, it says why. */
import type { Option } from "effect"
import { notMeasuring } from "../../scoring/oss_contributions/Measurement.ts"

export interface MeasurementOptions {
  readonly roster: Option.Option<string>
  /** Where pairs of files that were compared are kept. */
  readonly cacheFile: string
  /** The program's. */
  readonly version: string
}

export const measurementLayer = (_options: MeasurementOptions) => notMeasuring("no roster is given (--roster)")
