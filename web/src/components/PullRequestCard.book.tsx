import type { Entry } from "../book/Entry.ts"
import { pullRequests } from "../book/samples.ts"
import { PullRequestCard } from "./PullRequestCard.tsx"

export default {
  name: "PullRequestCard",
  about: "A competitor's pull request: its state, its size, and whether it counts.",
  pages: ["Competition"],
  props: [
    ["pull", "PullRequest", ""],
    ["isWinning", "boolean", "whether it solved the issue"]
  ],
  feeds: ["/v1/competitions/{id}: pullRequests"],
  states: [
    ["all of them", pullRequests.map((pull) => <PullRequestCard key={pull.number} pull={pull} isWinning={false} />)],
    ["the one that won", pullRequests.slice(0, 1).map((pull) => <PullRequestCard key={pull.number} pull={pull} isWinning />)]
  ]
} satisfies Entry
