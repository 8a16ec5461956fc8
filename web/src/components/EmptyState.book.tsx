import type { Entry } from "../book/Entry.ts"
import { EmptyState } from "./EmptyState.tsx"

export default {
  name: "EmptyState",
  about: "Nothing is here, and that is all right: what will be here, and when or why.",
  pages: ["every list"],
  props: [
    ["title", "string", ""],
    ["children", "ReactNode", "what will come"],
    ["action", "{ label, act }", "what the reader can do"]
  ],
  feeds: [],
  states: [
    [
      "plain",
      <EmptyState key="" title="None yet">
        When two miners are enrolled, validators vote for a pair.
      </EmptyState>
    ],
    [
      "with an action",
      <EmptyState key="" title="No issue is like that" action={{ label: "Take all filters away", act: () => {} }}>
        Words are looked for at their beginnings.
      </EmptyState>
    ]
  ]
} satisfies Entry
