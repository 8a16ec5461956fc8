import type { Entry } from "../book/Entry.ts"
import { Section } from "./Section.tsx"

export default {
  name: "Section",
  about: "A titled section of a view.",
  pages: ["every view"],
  props: [
    ["title", "string", ""],
    ["note", "ReactNode", "beside the title"],
    ["children", "ReactNode", ""]
  ],
  feeds: [],
  states: [
    [
      "usual",
      <Section key="" title="Votes" note="by stake">
        Its content.
      </Section>
    ]
  ]
} satisfies Entry
