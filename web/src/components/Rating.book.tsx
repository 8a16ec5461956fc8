import type { Entry } from "../book/Entry.ts"
import { Rating } from "./Rating.tsx"

export default {
  name: "Rating",
  about: 'A rating, with "?" while provisional.',
  pages: ["everywhere"],
  props: [
    ["points", "number | null", ""],
    ["provisional", "boolean", ""]
  ],
  feeds: ["rating, provisional of miners and competitors"],
  states: [
    ["settled", <Rating key="" points={1612.345} />],
    ["provisional", <Rating key="" points={1512.345} provisional />],
    ["none", <Rating key="" points={null} />]
  ]
} satisfies Entry
