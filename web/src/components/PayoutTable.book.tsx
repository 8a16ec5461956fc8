import { payouts } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { PayoutTable } from "./PayoutTable.tsx"

export default {
  name: "PayoutTable",
  about: "Paid bounties: the amount, the issue and the winner.",
  pages: ["Miner", "Treasury"],
  props: [
    ["items", "ReadonlyArray<Payout>", ""],
    ["caption", "string", ""]
  ],
  feeds: ["/v1/payouts: all its fields"],
  states: [["one", <PayoutTable key="" items={payouts} caption="Bounties paid" />]]
} satisfies Entry
