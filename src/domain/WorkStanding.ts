/** Whether merged work still stands, as `rules/github/standing.ts` decides. */
import { Schema } from "effect"

/** Lines that the work added or removed, and how many of them are as they were before it. A file without lines and a rename count as one line each way. */
const figures = { changed: Schema.Number, takenBack: Schema.Number }

export const WorkStanding = Schema.Union(
  Schema.TaggedStruct("Stands", figures),
  Schema.TaggedStruct("TakenBack", figures),
  /** The data is beyond a limit, or GitHub does not show it. */
  Schema.TaggedStruct("Unknown", { why: Schema.String })
)
export type WorkStanding = typeof WorkStanding.Type

/** In words, after "it". */
export const standingText = (standing: WorkStanding): string => {
  switch (standing._tag) {
    case "Stands":
      return "stands"
    case "TakenBack":
      return `was taken back: ${standing.takenBack} of ${standing.changed} changed lines are as they were before`
    case "Unknown":
      return `may have been taken back: ${standing.why}`
  }
}
