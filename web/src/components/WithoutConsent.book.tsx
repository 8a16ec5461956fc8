import type { Entry } from "../book/Entry.ts"
import { WithoutConsent } from "./WithoutConsent.tsx"

export default {
  name: "WithoutConsent",
  about: "Why an issue was registered although its maintainers had not asked, in the owner's own words.",
  pages: ["Issue"],
  props: [["why", "string | null", "what the owner said; null: nothing, and nothing is shown"]],
  feeds: ["/v1/issues/:id: withoutConsent"],
  states: [
    ["a reason", <WithoutConsent key="" why="The maintainers' bot crashes daily, and we run it ourselves." />],
    ["a long one of a stranger", <WithoutConsent key="" why={`<b>${"W".repeat(180)}</b> ${"and more ".repeat(20)}`} />]
  ]
} satisfies Entry
