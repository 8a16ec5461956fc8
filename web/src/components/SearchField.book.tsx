import type { Entry } from "../book/Entry.ts"
import { SearchField } from "./SearchField.tsx"

export default {
  name: "SearchField",
  about: "A search field. The address follows typing after a moment.",
  pages: ["Issues"],
  props: [
    ["label", "string", ""],
    ["value", "string", "of the address"],
    ["onChange", "(value) => void", ""]
  ],
  feeds: [],
  states: [
    ["empty", <SearchField key="" label="Search" value="" placeholder="repository, number or title" onChange={() => {}} />],
    ["filled", <SearchField key="" label="Search" value="widgets 42" onChange={() => {}} />]
  ]
} satisfies Entry
