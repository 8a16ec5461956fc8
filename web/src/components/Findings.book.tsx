import { evidence } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { Findings } from "./Findings.tsx"

export default {
  name: "Findings",
  about: "What audits found, in sentences, each with the validator that it is about.",
  pages: ["Epoch", "Validators"],
  props: [
    ["findings", "ReadonlyArray<Evidence>", "in a list over many epochs with epoch, at and position"],
    ["label", "string", "for screen readers"]
  ],
  feeds: ["/v1/consensus/epochs/{epoch}: findings", "/v1/consensus/evidence: all its fields"],
  states: [
    ["broken rules, missing things", <Findings key="" findings={evidence} label="Evidence" />],
    [
      "of one epoch",
      <Findings key="" findings={evidence.slice(0, 2).map(({ epoch: _, at: __, ...finding }) => finding)} label="Findings" />
    ]
  ]
} satisfies Entry
