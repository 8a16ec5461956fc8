import { streams } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { FlowDiagram } from "./FlowDiagram.tsx"

export default {
  name: "FlowDiagram",
  about: "Everything that ever moved in the treasury, from left to right; as wide as it is much.",
  pages: ["Treasury"],
  props: [["streams", 'Treasury["streams"]', ""]],
  feeds: ["/v1/treasury: streams"],
  states: [
    ["all kinds", <FlowDiagram key="" streams={streams} />],
    ["the first harvest", <FlowDiagram key="" streams={streams.slice(0, 1)} />]
  ]
} satisfies Entry
