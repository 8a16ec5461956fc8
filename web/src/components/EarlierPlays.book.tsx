import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { timelineOf } from "./competitionSteps.tsx"
import { EarlierPlays } from "./EarlierPlays.tsx"

const entries = timelineOf(competitions.running, undefined, null)

export default {
  name: "EarlierPlays",
  about: "A match's timeline, with a button for plays before the newest ones. It keeps the focus when all are shown.",
  pages: ["Match"],
  props: [
    ["competition", "CompetitionDetail", "the match with its newest plays, and where the earlier ones begin"],
    ["entries", "ReadonlyArray<TimelineEntry>", "its timeline with these plays, oldest first"]
  ],
  feeds: ["/v1/competitions/{id}: plays, earlierPlays", "/v1/competitions/{id}/plays"],
  states: [
    [
      "there are earlier plays",
      <EarlierPlays key="" competition={{ ...competitions.running, earlierPlays: "WyJwbGF5cyJd" }} entries={entries} />
    ],
    ["these are all", <EarlierPlays key="" competition={competitions.running} entries={entries} />]
  ]
} satisfies Entry
