import type { Entry } from "../book/Entry.ts"
import { ChipsField } from "./ChipsField.tsx"

export default {
  name: "ChipsField",
  about: "A choice of several values; none chosen means all.",
  pages: ["Issues"],
  props: [
    ["label", "string", ""],
    ["choices", "ReadonlyArray<string>", ""],
    ["chosen", "ReadonlyArray<string>", ""],
    ["onChange", "(chosen) => void", ""]
  ],
  feeds: [],
  states: [
    ["none chosen", <ChipsField key="" label="Status" choices={["Open", "Paid"]} chosen={[]} onChange={() => {}} />],
    ["one chosen", <ChipsField key="" label="Status" choices={["Open", "Paid"]} chosen={["Open"]} onChange={() => {}} />]
  ]
} satisfies Entry
