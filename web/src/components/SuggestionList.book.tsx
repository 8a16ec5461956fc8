import type { Entry } from "../book/Entry.ts"
import { suggestions } from "../book/samples.ts"
import { SuggestionList } from "./SuggestionList.tsx"

export default {
  name: "SuggestionList",
  about: "Open issues that could get a bounty, with the reasons for each. Nobody has promised one.",
  pages: ["Issues", "Repository"],
  props: [
    ["items", "ReadonlyArray<Suggestion>", "best first"],
    ["label", "string", "names the list for screen readers"]
  ],
  feeds: ["/v1/suggestions"],
  states: [["asked for, and in doubt", <SuggestionList key="" items={suggestions} label="Could be next" />]]
} satisfies Entry
