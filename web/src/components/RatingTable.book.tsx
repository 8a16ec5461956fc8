import { ratingChanges } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { RatingTable } from "./RatingTable.tsx"

export default {
  name: "RatingTable",
  about: "Rating changes with what caused each.",
  pages: ["Miner", "Events"],
  props: [
    ["items", "ReadonlyArray<RatingChange>", ""],
    ["caption", "string", ""],
    ["withMiner", "boolean", "whether a column shows the miner"]
  ],
  feeds: ["/v1/ratings: all its fields"],
  states: [
    ["of a miner", <RatingTable key="" items={ratingChanges.slice(1)} caption="Rating changes" />],
    ["of all", <RatingTable key="" items={ratingChanges} caption="Rating changes of all" withMiner />]
  ]
} satisfies Entry
