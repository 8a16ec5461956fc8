import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { timelineOf } from "./competitionSteps.tsx"
import { Timeline } from "./Timeline.tsx"

export default {
  name: "Timeline",
  about: "What happened, step by step, oldest first, each with its block and call; what is to come in dashes.",
  pages: ["Competition"],
  props: [
    ["entries", "ReadonlyArray<TimelineEntry>", "when, what, which call, its colour, whether it lies ahead"],
    ["label", "string", "what it is of"]
  ],
  feeds: ["/v1/competitions/{id}: steps, votes, pullRequests, submissionsFrom, deadline, outcomeUntil, payableAt"],
  states: [
    ["it runs", <Timeline key="" label="Steps" entries={timelineOf(competitions.running, undefined)} />],
    ["won and paid", <Timeline key="" label="Steps" entries={timelineOf(competitions.paid, undefined)} />],
    ["taken back", <Timeline key="" label="Steps" entries={timelineOf(competitions.reverted, undefined)} />]
  ]
} satisfies Entry
