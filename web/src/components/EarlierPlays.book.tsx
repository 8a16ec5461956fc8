import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { EarlierPlays } from "./EarlierPlays.tsx"

export default {
  name: "EarlierPlays",
  about: "A match's timeline, with a button for plays before the newest ones. It keeps the focus when all are shown.",
  pages: ["Match"],
  props: [["competition", "CompetitionDetail", "the match with its newest plays, and where the earlier ones begin"]],
  feeds: ["/v1/competitions/{id}: plays, earlierPlays", "/v1/competitions/{id}/plays"],
  states: [
    ["there are earlier plays", <EarlierPlays key="" competition={{ ...competitions.running, earlierPlays: "WyJwbGF5cyJd" }} />],
    ["these are all", <EarlierPlays key="" competition={competitions.running} />]
  ]
} satisfies Entry
