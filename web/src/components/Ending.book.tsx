import { phaseOf } from "../../../src/story/phase.ts"
import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Ending } from "./Ending.tsx"

export default {
  name: "Ending",
  about: "The prominent result of a match. Empty while it runs.",
  pages: ["Match"],
  props: [
    ["competition", "CompetitionDetail", ""],
    ["phase", "Phase", "its phase"]
  ],
  feeds: ["/v1/competitions/{id}: status, winner, pullRequest, reason, endedAt, bounty, paid, payableAt, ratings, slash, collateral"],
  states: [
    ["won, in the challenge period", <Ending key="" competition={competitions.won} phase={phaseOf(competitions.won, undefined)} />],
    ["paid", <Ending key="" competition={competitions.paid} phase={phaseOf(competitions.paid, undefined)} />],
    ["expired", <Ending key="" competition={competitions.expired} phase={phaseOf(competitions.expired, undefined)} />],
    ["void: cancelled", <Ending key="" competition={competitions.cancelled} phase={phaseOf(competitions.cancelled, undefined)} />],
    ["void: too early", <Ending key="" competition={competitions.tooEarly} phase={phaseOf(competitions.tooEarly, undefined)} />],
    [
      "reverted in the challenge period",
      <Ending key="" competition={competitions.reverted} phase={phaseOf(competitions.reverted, undefined)} />
    ]
  ]
} satisfies Entry
