/** Whether merged work still stands, as `rules/github/standing.ts` decides. */
import { Schema } from "effect"

/** Of each hunk the removed lines, or the added ones if it only added, and how many are as they were before. A file without lines or a rename is one. */
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
