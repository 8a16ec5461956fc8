import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { timelineOf } from "./competitionSteps.tsx"
import { Timeline } from "./Timeline.tsx"

export default {
  name: "Timeline",
  about: "The steps of a match, the newest first, each with its block and call. Future steps are dashed.",
  pages: ["Match"],
  props: [
    ["entries", "ReadonlyArray<TimelineEntry>", "time, title, call, colour, whether it is in the future"],
    ["label", "string", "what the timeline is about"]
  ],
  feeds: ["/v1/competitions/{id}: steps, votes, pullRequests, submissionsFrom, deadline, expiresFrom"],
  states: [
    ["it runs", <Timeline key="" label="Steps" entries={timelineOf(competitions.running, undefined, null)} />],
    ["won and paid", <Timeline key="" label="Steps" entries={timelineOf(competitions.paid, undefined, null)} />],
    ["nobody solved it", <Timeline key="" label="Steps" entries={timelineOf(competitions.unsolved, undefined, null)} />]
  ]
} satisfies Entry
