import { divergence } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { CopyTable } from "./CopyTable.tsx"

export default {
  name: "CopyTable",
  about: "How near each other report is to an earlier consensus, as one validator measured it.",
  pages: ["Validators"],
  props: [["divergence", "Divergence", ""]],
  feeds: ["/v1/consensus/divergence?validator=: copyable, copies"],
  states: [["its own, a copy, nothing new", <CopyTable key="" divergence={divergence} />]]
} satisfies Entry
