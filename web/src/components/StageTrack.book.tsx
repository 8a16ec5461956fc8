import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { StageTrack } from "./StageTrack.tsx"

export default {
  name: "StageTrack",
  about: "How far both sides are on the way from a draft to the payment. It has the place of the vote until somebody votes.",
  pages: ["Match", "Issue"],
  props: [["state", "Scoreboard", "the state of play, by scoreboardOf"]],
  feeds: ["/v1/competitions/{id}: pullRequests (state, draft, checks, review), status, winner, paid"],
  states: [
    ["nobody has a pull request", <StageTrack key="" state={scoreboardOf(competitions.window)} />],
    ["one side is ahead", <StageTrack key="" state={scoreboardOf(competitions.running)} />],
    ["voted", <StageTrack key="" state={scoreboardOf(competitions.won)} />],
    ["paid", <StageTrack key="" state={scoreboardOf(competitions.paid)} />]
  ]
} satisfies Entry
