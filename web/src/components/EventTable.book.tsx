import type { Entry } from "../book/Entry.ts"
import { events } from "../book/samples.ts"
import { EventTable } from "./EventTable.tsx"

export default {
  name: "EventTable",
  about: "The contract's events, each with its fields and the call that caused it.",
  pages: ["Issue", "Events"],
  props: [
    ["items", "ReadonlyArray<Event>", ""],
    ["caption", "string", "for screen readers"]
  ],
  feeds: ["/v1/events: at, index, name, fields, call"],
  states: [["with and without a call", <EventTable key="" items={events} caption="Events" />]]
} satisfies Entry
