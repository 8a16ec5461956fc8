import { Schema } from "effect"

/** What a round took. */
export const Round = Schema.Struct({
  /** Whether it ended within the step limit. Otherwise the next one goes on. */
  isEnded: Schema.Boolean,
  scored: Schema.Int,
  /** Scores of pull requests on disk. */
  onDisk: Schema.Int,
  /** Pull requests and lists of which evidence is missing. */
  missing: Schema.Int,
  seconds: Schema.Number,
  cpuSeconds: Schema.Number,
  points: Schema.Number,
  /** Of memory, now and at most so far. */
  megabytes: Schema.Int,
  peak: Schema.Int
})
export interface Round extends Schema.Schema.Type<typeof Round> {}
