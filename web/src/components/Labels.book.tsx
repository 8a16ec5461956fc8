import type { Entry } from "../book/Entry.ts"
import { issueIn } from "../book/samples.ts"
import { Labels } from "./Labels.tsx"

export default {
  name: "Labels",
  about: "An issue's labels, each with GitHub's colour as a dot.",
  pages: ["Issues", "Issue"],
  props: [
    ["labels", "unknown", "as the index has them"],
    ["most", "number", "the most labels shown; the others are counted"],
    ["linked", "boolean", "whether each label leads to the issues that have it"]
  ],
  feeds: ["/v1/issues: github.labels"],
  states: [
    ["all", <Labels key="" labels={issueIn("Open").github.labels} />],
    ["two and a count", <Labels key="" labels={issueIn("Open").github.labels} most={2} />],
    ["linked", <Labels key="" labels={issueIn("Open").github.labels} linked />]
  ]
} satisfies Entry
