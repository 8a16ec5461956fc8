import { sameAccount } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { AlsoPlayed, SameAccount } from "./SameAccount.tsx"

const many = ["Vb2", "Wc3", "Xd4", "Ye5"].flatMap((end) =>
  sameAccount.slice(0, 1).map((other) => ({ ...other, hotkey: `${other.hotkey.slice(0, -3)}${end}` }))
)

export default {
  name: "SameAccount",
  about:
    "The other hotkeys that linked a miner's GitHub account: evidence that the same person plays again. What is not proven now is marked as a claim. AlsoPlayed is its short line.",
  pages: ["Miner", "Match", "Head to head"],
  props: [["others", "ReadonlyArray<SameAccount>", "oldest link first"]],
  feeds: ["/v1/miners/{hotkey}: sameAccount", "/v1/competitions/{id}: records", "/v1/head-to-head: a, b"],
  states: [
    ["proven, a claim, and a claim by one that never enrolled", <SameAccount key="" others={sameAccount} />],
    [
      "the short line",
      <dl key="" className="side-facts">
        <AlsoPlayed others={sameAccount} />
      </dl>
    ],
    [
      "the short line of many",
      <dl key="" className="side-facts">
        <AlsoPlayed others={many} />
      </dl>
    ]
  ]
} satisfies Entry
