import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { CompetitionClock } from "./CompetitionClock.tsx"

export default {
  name: "CompetitionClock",
  about: "The course of a competition as a line with its current position, and the time until the next stretch.",
  pages: ["Competition"],
  props: [
    ["startedAt, submissionsFrom, deadline, outcomeUntil", "Moment", "its dates"],
    ["endedAt", "Moment | null", "the clock stops there"]
  ],
  feeds: ["/v1/competitions/{id}: startedAt, submissionsFrom, deadline, outcomeUntil, endedAt", "/v1/stream: block, time"],
  states: [
    ["running: in the submission window", <CompetitionClock key="" {...competitions.window} />],
    ["pull requests count", <CompetitionClock key="" {...competitions.running} />],
    ["stopped", <CompetitionClock key="" {...competitions.won} />]
  ]
} satisfies Entry
