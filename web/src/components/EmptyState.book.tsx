import type { Entry } from "../book/Entry.ts"
import { EmptyState } from "./EmptyState.tsx"

export default {
  name: "EmptyState",
  about: "An empty list or section that is no error: what will appear here, and when or why.",
  pages: ["every list"],
  props: [
    ["title", "string", ""],
    ["children", "ReactNode", "what will appear"],
    ["action", "{ label, act }", "what the reader can do"]
  ],
  feeds: [],
  states: [
    [
      "plain",
      <EmptyState key="" title="None yet">
        When enough miners are enrolled, validators vote for a pair.
      </EmptyState>
    ],
    [
      "with an action",
      <EmptyState key="" title="No issue matches" action={{ label: "Remove all filters", act: () => {} }}>
        The search looks for words that begin like this.
      </EmptyState>
    ]
  ]
} satisfies Entry
