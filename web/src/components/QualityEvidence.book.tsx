import type { Entry } from "../book/Entry.ts"
import { qualityHeads } from "../book/quality.ts"
import { QualityEvidence } from "./QualityEvidence.tsx"

export default {
  name: "QualityEvidence",
  about: "What validators found out about one head: findings with their place, tests by name. Those that found the same stand together.",
  pages: ["Match"],
  props: [["heads", "ReadonlyArray<QualityHead>", "the one to be shown, then the others, which get a line each"]],
  feeds: ["/v1/competitions/{id}/quality: heads"],
  states: [
    ["all say the same", <QualityEvidence key="" heads={[qualityHeads.agreed]} />],
    ["they differ, and there is another head", <QualityEvidence key="" heads={[qualityHeads.differing, qualityHeads.waiting]} />],
    ["rejected by the gate", <QualityEvidence key="" heads={[qualityHeads.rejected]} />]
  ]
} satisfies Entry
