import type { Entry } from "../book/Entry.ts"
import { IssueName } from "./IssueName.tsx"

export default {
  name: "IssueName",
  about: "An issue in one line, linked to its page.",
  pages: ["Matches", "Miner", "Treasury"],
  props: [["issue", "IssueRef", ""]],
  feeds: ["issue of competitions, payouts and flows"],
  states: [
    [
      "with its title",
      <IssueName key="" issue={{ id: 7, repository: "acme/widgets", number: 42, title: "Saving loses the second change" }} />
    ],
    ["before GitHub was asked", <IssueName key="" issue={{ id: 7, repository: "acme/widgets", number: 42, title: null }} />]
  ]
} satisfies Entry
