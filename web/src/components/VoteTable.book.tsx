import type { Entry } from "../book/Entry.ts"
import { votes } from "../book/samples.ts"
import { VoteTable } from "./VoteTable.tsx"

export default {
  name: "VoteTable",
  about: "Votes and how they ended.",
  pages: ["Issue", "Match", "Validators"],
  props: [
    ["votes", "ReadonlyArray<Vote>", ""],
    ["caption", "string", ""]
  ],
  feeds: ["/v1/votes and liveVotes: all their fields"],
  states: [["counting, replaced, passed, of an unknown kind", <VoteTable key="" votes={votes} caption="Votes" />]]
} satisfies Entry
