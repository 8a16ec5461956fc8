import type { Entry } from "../book/Entry.ts"
import { RatingMove } from "./RatingMove.tsx"

export default {
  name: "RatingMove",
  about: "A rating before and after, with the difference.",
  pages: ["Match", "Miner", "Events"],
  props: [
    ["before, after", "number", "points"],
    ["provisional", "boolean", "fewer than 10 rated matches then"]
  ],
  feeds: ["/v1/ratings, ratings of /v1/competitions/{id}: before, after, provisional"],
  states: [
    ["up", <RatingMove key="" before={1_612.4} after={1_623.5} />],
    ["down", <RatingMove key="" before={1_502.1} after={1_491} />],
    ["provisional", <RatingMove key="" before={1_500} after={1_520} provisional />],
    ["the same", <RatingMove key="" before={1_500} after={1_500} />]
  ]
} satisfies Entry
