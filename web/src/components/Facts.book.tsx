import type { Entry } from "../book/Entry.ts"
import { Facts } from "./Facts.tsx"

export default {
  name: "Facts",
  about: "A list of names and values. Null values are omitted.",
  pages: ["Issue", "Miner", "Stats"],
  props: [["facts", "ReadonlyArray<[name, ReactNode]>", ""]],
  feeds: [],
  states: [
    [
      "usual",
      <Facts
        key=""
        facts={[
          ["Attempts", 2],
          ["Left out", null],
          ["GitHub", "not known yet"]
        ]}
      />
    ]
  ]
} satisfies Entry
