import { tellEvent } from "../../../src/story/sentences.ts"
import type { Entry } from "../book/Entry.ts"
import { events } from "../book/samples.ts"
import { Told } from "./Told.tsx"

export default {
  name: "Told",
  about: "A sentence about what happened. Names, issues, pull requests and amounts are links or have the exact value on hover.",
  pages: ["Home", "Events", "Issue"],
  props: [["sentence", "Sentence", "from src/story"]],
  feeds: ["/v1/events: name, fields, names"],
  states: events.map((event) => [event.name, <Told key="" sentence={tellEvent(event, event.names)} />] as const)
} satisfies Entry
