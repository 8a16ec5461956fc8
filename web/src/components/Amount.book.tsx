import type { Entry } from "../book/Entry.ts"
import { rao } from "../book/samples.ts"
import { Amount } from "./Amount.tsx"

export default {
  name: "Amount",
  about: "An amount: short to read, exact on hover, at a touch and in the keyboard's focus. Cut, never rounded up.",
  pages: ["everywhere"],
  props: [
    ["rao", "string", "rao, a decimal string"],
    ["unit", '"α" | "τ"', "fees are TAO, all else alpha"],
    ["decimals", "number", "how many are shown at most"]
  ],
  feeds: ["every amount of the API"],
  states: [
    ["nothing", <Amount key="" rao="0" />],
    ["too small to show", <Amount key="" rao="1" />],
    ["nothing is cut", <Amount key="" rao={rao(62.125)} />],
    ["cut: it can be pressed", <Amount key="" rao={rao(1_234_567.891)} />],
    ["TAO", <Amount key="" rao="1250000" unit="τ" />]
  ]
} satisfies Entry
