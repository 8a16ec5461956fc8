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
    ["match", "number", "the match in which it is shown"],
    ["isWinning", "boolean", "whether it solved the issue"],
    ["heads", "ReadonlyArray<QualityHead> | undefined", "what validators say about its heads; undefined while loading"]
  ],
  feeds: ["/v1/competitions/{id}: pullRequests", "/v1/competitions/{id}/quality: heads"],
  states: [
    ["all of them", pullRequests.map((pull) => <PullRequestCard key={pull.number} pull={pull} match={3} isWinning={false} heads={[]} />)],
    [
      "left over from an earlier match, and open",
      pullRequests
        .slice(0, 1)
        .map((pull) => (
          <PullRequestCard
            key={pull.number}
            pull={{ ...pull, competition: 2, state: "open", draft: false, mergedAt: null }}
            match={3}
            isWinning={false}
            heads={[]}
          />
        ))
    ],
    [
      "the one that won",
      pullRequests
        .slice(0, 1)
        .map((pull) => <PullRequestCard key={pull.number} pull={pull} match={3} isWinning heads={[qualityHeads.agreed]} />)
    ]
  ]
} satisfies Entry
