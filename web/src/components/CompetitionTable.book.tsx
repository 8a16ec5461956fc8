import { listed } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { CompetitionTable } from "./CompetitionTable.tsx"

export default {
  name: "CompetitionTable",
  about: "Matches with competitors and status, one a line.",
  pages: ["Matches", "Miner", "Head to head"],
  props: [
    ["items", "ReadonlyArray<Competition>", ""],
    ["caption", "string", ""]
  ],
  feeds: ["/v1/competitions, running and recent of /v1/miners/{hotkey}, items of /v1/head-to-head"],
  states: [["one in each state", <CompetitionTable key="" items={listed} caption="Matches" />]]
} satisfies Entry
