import { TOTAL, values } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { ValueTable } from "./ValueTable.tsx"

export default {
  name: "ValueTable",
  about: "What an epoch's reports come to for each UID, and who pulled which way.",
  pages: ["Epoch"],
  props: [
    ["values", "ReadonlyArray<ConsensusValue>", "largest part first"],
    ["totalStake", "string (rao)", "of all that could report"]
  ],
  feeds: ["/v1/consensus/epochs/{epoch}: values, totalStake"],
  states: [["a median, and the settlement before", <ValueTable key="" values={values} totalStake={TOTAL} />]]
} satisfies Entry
