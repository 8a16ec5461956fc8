import { Schema } from "effect"

/** The measurements of a round. */
export const Round = Schema.Struct({
  /** Whether it ended within the step limit. Otherwise the next round continues it. */
  isEnded: Schema.Boolean,
  scored: Schema.Int,
  /** Scores of pull requests on disk. */
  onDisk: Schema.Int,
  /** Pull requests and lists without evidence. */
  missing: Schema.Int,
  seconds: Schema.Number,
  cpuSeconds: Schema.Number,
  points: Schema.Number,
  /** Memory: now, and at the peak. */
  megabytes: Schema.Int,
  peak: Schema.Int
})
export interface Round extends Schema.Schema.Type<typeof Round> {}
