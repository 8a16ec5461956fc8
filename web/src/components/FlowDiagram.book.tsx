import { streams } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { FlowDiagram } from "./FlowDiagram.tsx"

export default {
  name: "FlowDiagram",
  about: "All flows of the treasury, from left to right. The width shows the amount.",
  pages: ["Treasury"],
  props: [["streams", 'Treasury["streams"]', ""]],
  feeds: ["/v1/treasury: streams"],
  states: [
    ["all kinds", <FlowDiagram key="" streams={streams} />],
    ["the first harvest", <FlowDiagram key="" streams={streams.slice(0, 1)} />]
  ]
} satisfies Entry
