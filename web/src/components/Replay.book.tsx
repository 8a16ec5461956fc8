import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Replay } from "./Replay.tsx"

export default {
  name: "Replay",
  about: "A match moment by moment, by a slider over its plays. The address names the moment.",
  pages: ["Match"],
  props: [
    ["competition", "CompetitionDetail", "the match"],
    ["state", "Scoreboard", "its state of play, which is the last moment"]
  ],
  feeds: ["/v1/competitions/{id}", "/v1/competitions/{id}/plays"],
  states: [
    ["a match that goes on", <Replay key="" competition={competitions.running} state={scoreboardOf(competitions.running)} />],
    ["one that was paid", <Replay key="" competition={competitions.paid} state={scoreboardOf(competitions.paid)} />]
  ]
} satisfies Entry
