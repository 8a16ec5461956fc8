import type { Entry } from "../book/Entry.ts"
import { VALIDATOR } from "../book/samples.ts"
import { Account } from "./Account.tsx"

export default {
  name: "Account",
  about: "An account that has no page of its own: short, whole on hover, copied by a press.",
  pages: ["Issue", "Miner", "Treasury", "Validators"],
  props: [
    ["address", "string", "SS58"],
    ["whole", "boolean", "all of it"]
  ],
  feeds: ["every SS58 address that is no miner's hotkey"],
  states: [
    ["short", <Account key="" address={VALIDATOR} />],
    ["whole", <Account key="" address={VALIDATOR} whole />]
  ]
} satisfies Entry
