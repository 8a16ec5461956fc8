import type { Entry } from "../book/Entry.ts"
import { MatchSkeleton } from "./MatchSkeleton.tsx"

export default {
  name: "MatchSkeleton",
  about: "A match before it is known: a scoreboard in the places of the coming one.",
  pages: ["Match"],
  props: [],
  feeds: [],
  states: [["usual", <MatchSkeleton key="" />]]
} satisfies Entry
