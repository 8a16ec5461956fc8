/** Whether work that was merged is still there: what `scoring/github/rules/standing.ts` says of it. */
import { Schema } from "effect"

/** Lines that the work added or removed, and how many of them are as they were before it. A file without lines and another name of a file count as one each way. */
const figures = { changed: Schema.Number, takenBack: Schema.Number }

export const Standing = Schema.Union(
  Schema.TaggedStruct("Stands", figures),
  Schema.TaggedStruct("TakenBack", figures),
  /** What was to be read is beyond a limit, or is not shown. */
  Schema.TaggedStruct("Unknown", { why: Schema.String })
)
export type Standing = typeof Standing.Type

/** In words, after "it". */
export const standingText = (standing: Standing): string => {
  switch (standing._tag) {
    case "Stands":
      return "stands"
    case "TakenBack":
      return `was taken back: ${standing.takenBack} of ${standing.changed} changed lines are as they were before`
    case "Unknown":
      return `may have been taken back: ${standing.why}`
  }
}
