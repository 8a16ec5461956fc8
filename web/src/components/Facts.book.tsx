import type { Entry } from "../book/Entry.ts"
import { Facts } from "./Facts.tsx"

export default {
  name: "Facts",
  about: "Names and what they come to; null is left out.",
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
          ["GitHub", "not asked yet"]
        ]}
      />
    ]
  ]
} satisfies Entry
