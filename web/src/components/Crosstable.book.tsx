import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Crosstable } from "./Crosstable.tsx"

export default {
  name: "Crosstable",
  about: "Wins and losses of each miner against each other. A cell leads to the meetings of the two.",
  pages: ["Leaderboard"],
  props: [
    ["miners", "ReadonlyArray<{ hotkey, login }>", "in the order of rows and columns"],
    ["competitions", "ReadonlyArray<Competition>", "those that are counted"]
  ],
  feeds: ["/v1/leaderboard: hotkey, github", "/v1/competitions?status=Won: a, b, winner"],
  states: [["two miners", <Crosstable key="" miners={[competitions.won.a, competitions.won.b]} competitions={[competitions.won]} />]]
} satisfies Entry
