import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { VoteBar } from "./VoteBar.tsx"

export default {
  name: "VoteBar",
  about: "How much of the stake is for each side, as a thin bar. Empty before the first vote.",
  pages: ["Home", "Wall"],
  props: [["state", "Scoreboard", "the state of play, by scoreboardOf"]],
  feeds: ["/v1/competitions/{id}: votes"],
  states: [
    ["one side leads", <VoteBar key="" state={scoreboardOf(competitions.running)} />],
    ["decided", <VoteBar key="" state={scoreboardOf(competitions.paid)} />]
  ]
} satisfies Entry
