import { phaseOf } from "../../../src/story/phase.ts"
import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { rao } from "../book/samples.ts"
import { Ending } from "./Ending.tsx"

export default {
  name: "Ending",
  about: "The prominent result of a competition. Empty while it runs.",
  pages: ["Competition"],
  props: [
    ["competition", "CompetitionDetail", ""],
    ["phase", "Phase", "its phase"],
    ["bounty", "string (rao) | undefined", "from its issue"]
  ],
  feeds: [
    "/v1/competitions/{id}: status, winner, pullRequest, reason, endedAt, paid, payableAt, ratings, slash, collateral",
    "/v1/issues/{id}: target"
  ],
  states: [
    [
      "won, in the challenge period",
      <Ending key="" competition={competitions.won} phase={phaseOf(competitions.won, undefined)} bounty={rao(100)} />
    ],
    ["paid", <Ending key="" competition={competitions.paid} phase={phaseOf(competitions.paid, undefined)} bounty={rao(100)} />],
    ["expired", <Ending key="" competition={competitions.expired} phase={phaseOf(competitions.expired, undefined)} bounty={rao(100)} />],
    [
      "void: cancelled",
      <Ending key="" competition={competitions.cancelled} phase={phaseOf(competitions.cancelled, undefined)} bounty={rao(100)} />
    ],
    [
      "void: too early",
      <Ending key="" competition={competitions.tooEarly} phase={phaseOf(competitions.tooEarly, undefined)} bounty={rao(100)} />
    ],
    [
      "reverted in the challenge period",
      <Ending key="" competition={competitions.reverted} phase={phaseOf(competitions.reverted, undefined)} bounty={rao(100)} />
    ]
  ]
} satisfies Entry
