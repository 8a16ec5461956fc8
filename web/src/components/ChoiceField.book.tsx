import type { Entry } from "../book/Entry.ts"
import { ChoiceField } from "./ChoiceField.tsx"

export default {
  name: "ChoiceField",
  about: "A choice of one value: a list's order, or a filter.",
  pages: ["Issues", "Events"],
  props: [
    ["label", "string", ""],
    ["value", "string", ""],
    ["choices", "ReadonlyArray<[value, label]>", ""],
    ["onChange", "(value) => void", ""],
    ["isReading", "boolean", "whether the choices are still being read"]
  ],
  feeds: [],
  states: [
    [
      "usual",
      <ChoiceField
        key=""
        label="Order"
        value="a"
        choices={[
          ["a", "Newest first"],
          ["b", "Oldest first"]
        ]}
        onChange={() => {}}
      />
    ]
  ]
} satisfies Entry
