import type { Entry } from "../book/Entry.ts"
import { qualityHeads } from "../book/quality.ts"
import { pullRequests } from "../book/samples.ts"
import { PullRequestCard } from "./PullRequestCard.tsx"

export default {
  name: "PullRequestCard",
  about: "A competitor's pull request: its state, its size, whether it counts, and what validators found out about it.",
  pages: ["Match"],
  props: [
    ["pull", "PullRequest", ""],
    ["isWinning", "boolean", "whether it solved the issue"],
    ["heads", "ReadonlyArray<QualityHead> | undefined", "what validators say about its heads; undefined while loading"]
  ],
  feeds: ["/v1/competitions/{id}: pullRequests", "/v1/competitions/{id}/quality: heads"],
  states: [
    ["all of them", pullRequests.map((pull) => <PullRequestCard key={pull.number} pull={pull} isWinning={false} heads={[]} />)],
    [
      "the one that won",
      pullRequests.slice(0, 1).map((pull) => <PullRequestCard key={pull.number} pull={pull} isWinning heads={[qualityHeads.agreed]} />)
    ]
  ]
} satisfies Entry
