import type { Entry } from "../book/Entry.ts"
import { RecordLine } from "./RecordLine.tsx"

export default {
  name: "RecordLine",
  about: "Matches won, lost, and those that nobody solved in time.",
  pages: ["Match", "Head to head", "Miner", "Miners", "Leaderboard"],
  props: [["won, lost, expired", "number", "how many"]],
  feeds: ["/v1/miners and every answer with a miner: won, lost, expired"],
  states: [
    ["some", <RecordLine key="" won={12} lost={5} expired={2} />],
    ["none", <RecordLine key="" won={0} lost={0} expired={0} />],
    ["many", <RecordLine key="" won={12_345} lost={1_000} expired={99} />]
  ]
} satisfies Entry
