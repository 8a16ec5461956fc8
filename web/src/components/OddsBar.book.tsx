import type { Entry } from "../book/Entry.ts"
import { OddsBar } from "./OddsBar.tsx"

export default {
  name: "OddsBar",
  about: "Both competitors' odds as one bar.",
  pages: ["Match", "Head to head"],
  props: [
    ["a, b", "{ name, expected }", "each side and its expected score, from 0 to 1"],
    ["title", "string", "what they are called"],
    ["note", "string", "what they follow from"],
    ["nobody", "number", "the chance that nobody wins, if that is one of the outcomes"]
  ],
  feeds: ["/v1/competitions/{id}: odds, a.expected, b.expected", "/v1/head-to-head: expected"],
  states: [
    ["even", <OddsBar key="" a={{ name: "ada", expected: 0.5 }} b={{ name: "bob", expected: 0.5 }} />],
    ["a favourite", <OddsBar key="" a={{ name: "ada", expected: 0.653 }} b={{ name: "bob", expected: 0.347 }} />],
    [
      "one that may end without a winner",
      <OddsBar
        key=""
        a={{ name: "ada", expected: 0.62 }}
        b={{ name: "bob", expected: 0.2 }}
        title="odds now"
        note="by the plays"
        nobody={0.18}
      />
    ],
    ["hopeless", <OddsBar key="" a={{ name: "ada", expected: 0.004 }} b={{ name: "bob", expected: 0.996 }} />]
  ]
} satisfies Entry
