import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { CompetitionClock } from "./CompetitionClock.tsx"

export default {
  name: "CompetitionClock",
  about: "The course of a match as a line with its current position, and the time until the next stretch.",
  pages: ["Match"],
  props: [
    ["startedAt, submissionsFrom, deadline, outcomeUntil", "Moment", "its dates"],
    ["endedAt", "Moment | null", "the clock stops there"],
    ["deciding", "string | null", "what validators have decided so far, once it is up to them"]
  ],
  feeds: ["/v1/competitions/{id}: startedAt, submissionsFrom, deadline, outcomeUntil, endedAt", "/v1/stream: block, time"],
  states: [
    ["running: in the submission window", <CompetitionClock key="" {...competitions.window} deciding={null} />],
    ["pull requests count", <CompetitionClock key="" {...competitions.running} deciding={null} />],
    ["a pull request is merged", <CompetitionClock key="" {...competitions.running} deciding="31 of 50% so far" />],
    ["stopped", <CompetitionClock key="" {...competitions.won} deciding={null} />]
  ]
} satisfies Entry
