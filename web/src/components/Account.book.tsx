import type { Entry } from "../book/Entry.ts"
import { VALIDATOR } from "../book/samples.ts"
import { Account } from "./Account.tsx"

export default {
  name: "Account",
  about: "An account without a page: shortened, whole on hover, copied on click.",
  pages: ["Issue", "Miner", "Treasury", "Validators"],
  props: [
    ["address", "string", "SS58"],
    ["whole", "boolean", "the whole address"]
  ],
  feeds: ["every SS58 address that is not a miner's hotkey"],
  states: [
    ["short", <Account key="" address={VALIDATOR} />],
    ["whole", <Account key="" address={VALIDATOR} whole />]
  ]
} satisfies Entry
