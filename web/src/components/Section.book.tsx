import type { Entry } from "../book/Entry.ts"
import { Section } from "./Section.tsx"

export default {
  name: "Section",
  about: "A part of a view with a title of its own.",
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
        What is in it.
      </Section>
    ]
  ]
} satisfies Entry
