import type { Entry } from "../book/Entry.ts"
import { ALICE, BOB, CAROL } from "../book/samples.ts"
import { MinerName } from "./MinerName.tsx"

export default {
  name: "MinerName",
  about: "A miner's name, linked to its page: the proven GitHub account, else the hotkey.",
  pages: ["everywhere"],
  props: [
    ["miner", "MinerRef", "hotkey, login, avatar, uid"],
    ["picture", "boolean", ""]
  ],
  feeds: ["MinerRef: hotkey, uid, login, avatar"],
  states: [
    ["with an account", <MinerName key="" miner={ALICE} />],
    ["a long name", <MinerName key="" miner={BOB} />],
    ["without", <MinerName key="" miner={CAROL} />],
    ["no picture", <MinerName key="" miner={ALICE} picture={false} />]
  ]
} satisfies Entry
