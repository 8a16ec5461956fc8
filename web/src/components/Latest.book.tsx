import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { timelineOf } from "./competitionSteps.tsx"
import { Latest } from "./Latest.tsx"

export default {
  name: "Latest",
  about: "The last things that happened, newest first, each in one sentence.",
  pages: ["Match"],
  props: [
    ["entries", "ReadonlyArray<TimelineEntry>", "the timeline, oldest first"],
    ["most", "number", "how many; 3 by default"]
  ],
  feeds: ["/v1/competitions/{id}: steps, votes, pullRequests"],
  states: [
    ["of a running match", <Latest key="" entries={timelineOf(competitions.running, undefined, null)} />],
    ["of one that was paid", <Latest key="" entries={timelineOf(competitions.paid, undefined, null)} most={5} />]
  ]
} satisfies Entry
