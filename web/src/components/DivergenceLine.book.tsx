import { divergences } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { DivergenceLine } from "./DivergenceLine.tsx"

export default {
  name: "DivergenceLine",
  about: "How near a validator's own scores are to the consensus, epoch by epoch; a table has the figures.",
  pages: ["Validators"],
  props: [["divergences", "ReadonlyArray<Divergence>", "of one validator, newest first"]],
  feeds: ["/v1/consensus/divergence?validator=: all its fields"],
  states: [
    ["with gaps", <DivergenceLine key="" divergences={divergences} />],
    ["one epoch", <DivergenceLine key="" divergences={divergences.slice(0, 1)} />],
    ["nothing to rank", <DivergenceLine key="" divergences={divergences.slice(2, 3)} />]
  ]
} satisfies Entry
