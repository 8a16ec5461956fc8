import type { Entry } from "../book/Entry.ts"
import { ShareBar } from "./ShareBar.tsx"

export default {
  name: "ShareBar",
  about: "A share as a number and a bar.",
  pages: ["Validators", "Stats"],
  props: [
    ["share", "number", "from 0 to 1"],
    ["label", "string", "of what"],
    ["said", "string", "shown instead of the percentage"]
  ],
  feeds: ["/v1/validators: stake, votes", "/v1/stats"],
  states: [
    ["some", <ShareBar key="" share={0.31} label="Share of the vote" />],
    ["in words", <ShareBar key="" share={0.9} label="Agreement" said="180 of 200" />],
    ["none", <ShareBar key="" share={0} label="Share" />]
  ]
} satisfies Entry
