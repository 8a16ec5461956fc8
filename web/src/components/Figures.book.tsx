import type { Entry } from "../book/Entry.ts"
import { Figures } from "./Figures.tsx"

export default {
  name: "Figures",
  about: "A few large labelled numbers.",
  pages: ["Miner", "Treasury", "Validators", "Stats"],
  props: [
    ["figures", "ReadonlyArray<{ name, value, note }>", ""],
    ["label", "string", "what they are about"]
  ],
  feeds: [],
  states: [
    [
      "some",
      <Figures
        key=""
        label="Example"
        figures={[
          { name: "Bounties paid", value: "1,240.5 α", note: "in 12 payments" },
          { name: "Miners", value: 64 },
          { name: "Days to solve", value: "none solved yet" }
        ]}
      />
    ]
  ]
} satisfies Entry
