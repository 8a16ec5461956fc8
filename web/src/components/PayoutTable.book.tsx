import { payouts } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { PayoutTable } from "./PayoutTable.tsx"

export default {
  name: "PayoutTable",
  about: "Bounties paid: what arrived, for what, and to whom.",
  pages: ["Miner", "Treasury"],
  props: [
    ["items", "ReadonlyArray<Payout>", ""],
    ["caption", "string", ""]
  ],
  feeds: ["/v1/payouts: all its fields"],
  states: [["one", <PayoutTable key="" items={payouts} caption="Bounties paid" />]]
} satisfies Entry
