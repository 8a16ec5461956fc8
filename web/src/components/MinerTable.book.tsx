import { ranked } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { MinerTable, RankedTable, UnrankedTable } from "./MinerTable.tsx"

export default {
  name: "MinerTable",
  about: "Miners with their results; on the leaderboard, with ranks.",
  pages: ["Miners", "Leaderboard"],
  props: [
    ["items", "ReadonlyArray<Miner> or ReadonlyArray<Ranked>", ""],
    ["caption", "string", ""]
  ],
  feeds: ["/v1/miners and /v1/leaderboard: all their fields"],
  states: [
    ["miners", <MinerTable key="" items={ranked} caption="Miners" />],
    ["ranked", <RankedTable key="" items={ranked} caption="Leaderboard" />],
    ["without a rank", <UnrankedTable key="" items={ranked.slice(1)} caption="Not ranked yet" />]
  ]
} satisfies Entry
