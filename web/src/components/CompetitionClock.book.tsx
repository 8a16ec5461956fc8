import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { moment } from "../book/samples.ts"
import { CompetitionClock } from "./CompetitionClock.tsx"

const shown = (competition: CompetitionDetail) => (
  <CompetitionClock key="" {...competition} state={scoreboardOf(competition, { head: moment(0), quorum: 0.5 })} />
)

export default {
  name: "CompetitionClock",
  about: "The course of a match as a line with its current position, and the time until the next stretch.",
  pages: ["Match"],
  props: [
    ["startedAt, submissionsFrom, deadline, expiresFrom", "Moment", "its dates"],
    ["endedAt", "Moment | null", "the clock stops there"],
    ["state", "Pick<Scoreboard, …>", "the phase, what is due, and what validators have decided so far"]
  ],
  feeds: ["/v1/competitions/{id}: startedAt, submissionsFrom, deadline, expiresFrom, endedAt", "/v1/stream: block, time"],
  states: [
    ["in the submission window", shown(competitions.window)],
    ["a pull request is merged", shown(competitions.running)],
    ["votes agree, and have to stand", shown(competitions.agreeing)],
    ["it can be settled", shown(competitions.cancelling)],
    ["stopped", shown(competitions.won)]
  ]
} satisfies Entry
