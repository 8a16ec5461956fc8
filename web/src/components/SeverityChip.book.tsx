import type { Entry } from "../book/Entry.ts"
import { SeverityChip } from "./SeverityChip.tsx"

export default {
  name: "SeverityChip",
  about: "How severe something is that an audit found.",
  pages: ["Epoch", "Validators"],
  props: [
    ["severity", '"wrong" | "missing"', ""],
    ["text", "string", "instead of the severity"]
  ],
  feeds: ["/v1/consensus/evidence: severity"],
  states: [
    ["somebody broke the rules", <SeverityChip key="" severity="wrong" />],
    ["something is not there", <SeverityChip key="" severity="missing" />],
    ["in other words", <SeverityChip key="" severity="wrong" text="rules broken" />]
  ]
} satisfies Entry
