import type { Entry } from "../book/Entry.ts"
import { qualityHeads } from "../book/quality.ts"
import { QualityLines } from "./QualityLines.tsx"

export default {
  name: "QualityLines",
  about: "What validators say about a pull request: one line for the gate, one for the repository's tests. The evidence unfolds.",
  pages: ["Match"],
  props: [
    ["heads", "ReadonlyArray<QualityHead> | undefined", "the pull request's heads, the one to be shown first; undefined while loading"]
  ],
  feeds: ["/v1/competitions/{id}/quality: heads"],
  states: [
    ["all say the same", <QualityLines key="" heads={[qualityHeads.agreed]} />],
    ["they differ", <QualityLines key="" heads={[qualityHeads.differing]} />],
    ["rejected by the gate", <QualityLines key="" heads={[qualityHeads.rejected]} />],
    ["under way", <QualityLines key="" heads={[qualityHeads.waiting]} />],
    ["nobody has looked", <QualityLines key="" heads={[]} />],
    ["loading", <QualityLines key="" heads={undefined} />]
  ]
} satisfies Entry
