import type { Entry } from "../book/Entry.ts"
import { WatchStar } from "./WatchStar.tsx"

export default {
  name: "WatchStar",
  about: "Marks an issue, a miner or a match as watched. The browser keeps the mark, and /me lists it.",
  pages: ["issue", "competition", "miner"],
  props: [["watch", "Watch", "its kind, its id and what it is called"]],
  feeds: [],
  states: [["press it", <WatchStar key="" watch={{ kind: "issue", id: "0", name: "An issue of the book" }} />]]
} satisfies Entry
