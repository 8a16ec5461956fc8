/** The result of scoring a record of a report again. */
import { type Effect, Schema } from "effect"
import type { ScoredRecord } from "./ScoredRecord.ts"

/** The figures of one pull request alone: its files' scores, without the effects of its miner's other pull requests. */
export type MeasuredRecord = Pick<
  ScoredRecord,
  | "repository"
  | "number"
  | "author"
  | "base"
  | "head"
  | "state"
  | "mergedAt"
  | "methods"
  | "decay"
  | "tokens"
  | "source"
  | "total"
  | "score"
> & {
  /** Why it scores nothing although it was merged. */
  readonly nothing?: string
}

/** Today's data does not show whether the record was right then. An unclear record has no consequences. */
export class RecordUnclear extends Schema.TaggedError<RecordUnclear>()("RecordUnclear", {
  repository: Schema.String,
  number: Schema.Number,
  why: Schema.String
}) {
  override get message() {
    return `${this.repository}#${this.number} cannot be scored again as it was: ${this.why}`
  }
}

/** Scores again a record of another validator's report. null: it is not a pull request that scores. */
export type Rescore = (record: ScoredRecord) => Effect.Effect<MeasuredRecord | null, RecordUnclear>
