import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { CompetitionClock } from "./CompetitionClock.tsx"

export default {
  name: "CompetitionClock",
  about: "The whole way of a competition as one line, with where it is now and its dates.",
  pages: ["Competition"],
  props: [
    ["startedAt, submissionsFrom, deadline, outcomeUntil", "Moment", "its dates"],
    ["endedAt", "Moment | null", "the clock stands there"]
  ],
  feeds: ["/v1/competitions/{id}: startedAt, submissionsFrom, deadline, outcomeUntil, endedAt", "/v1/stream: block, time"],
  states: [
    ["in the submission window", <CompetitionClock key="" {...competitions.window} />],
    ["pull requests count", <CompetitionClock key="" {...competitions.running} />],
    ["stopped", <CompetitionClock key="" {...competitions.won} />]
  ]
} satisfies Entry
