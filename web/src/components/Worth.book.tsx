import type { Entry } from "../book/Entry.ts"
import { moment, rao } from "../book/samples.ts"
import { Amount } from "./Amount.tsx"
import { WorthFactText, WorthText } from "./Worth.tsx"

const worth = { text: "≈ 12.36 TAO", price: "0.0412", at: moment(-240) }

export default {
  name: "Worth",
  about:
    "What an amount is worth in TAO by the chain's price, in small type beside the exact alpha. Shows nothing while the price is unknown or older than a day. WorthFact says the price and its time.",
  pages: ["Home", "Issues", "Issue", "Match"],
  props: [["rao", "string", "rao of alpha, a decimal string"]],
  feeds: ["/v1/config: alphaPrice"],
  states: [
    [
      "beside an amount",
      <span key="">
        <Amount rao={rao(300)} /> <WorthText worth={worth} />
      </span>
    ],
    ["among facts", <WorthFactText key="" worth={worth} />]
  ]
} satisfies Entry
