import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Ending } from "./Ending.tsx"

export default {
  name: "Ending",
  about: "The prominent result of a match. Empty while it runs.",
  pages: ["Match"],
  props: [["competition", "CompetitionDetail", ""]],
  feeds: ["/v1/competitions/{id}: status, winner, pullRequest, reason, slashA, slashB, endedAt, bounty, paid, ratings, slash, collateral"],
  states: [
    ["won, and not paid yet", <Ending key="" competition={competitions.won} />],
    ["paid to whom the winner named", <Ending key="" competition={competitions.paid} />],
    ["no verdict came", <Ending key="" competition={competitions.expired} />],
    ["nobody solved it, at the cost of both", <Ending key="" competition={competitions.unsolved} />],
    ["nobody solved it, at the cost of one", <Ending key="" competition={{ ...competitions.unsolved, slashA: false }} />],
    ["void: cancelled", <Ending key="" competition={competitions.cancelled} />],
    ["void: too early", <Ending key="" competition={competitions.tooEarly} />]
  ]
} satisfies Entry
