import type { Entry } from "../book/Entry.ts"
import { rao } from "../book/samples.ts"
import { Amount } from "./Amount.tsx"

export default {
  name: "Amount",
  about: "An amount: shortened, exact on hover, touch and keyboard focus. Truncated, never rounded up.",
  pages: ["everywhere"],
  props: [
    ["rao", "string", "rao, a decimal string"],
    ["unit", '"α" | "τ"', "fees are in TAO, all other amounts in alpha"],
    ["decimals", "number", "the most decimals shown"]
  ],
  feeds: ["every amount of the API"],
  states: [
    ["nothing", <Amount key="" rao="0" />],
    ["too small to show", <Amount key="" rao="1" />],
    ["nothing is truncated", <Amount key="" rao={rao(62.125)} />],
    ["truncated: it can be clicked", <Amount key="" rao={rao(1_234_567.891)} />],
    ["TAO", <Amount key="" rao="1250000" unit="τ" />]
  ]
} satisfies Entry
