import type { Entry } from "../book/Entry.ts"
import { Countdown } from "./Countdown.tsx"

export default {
  name: "Countdown",
  about: "The time left until a block, computed from the chain's blocks.",
  pages: ["Issues", "Issue", "Match"],
  props: [
    ["to", "Moment", "the block"],
    ["label", "string", "what it counts down to"],
    ["reached", "string", "the text once the block is reached"]
  ],
  feeds: ["submissionsFrom, deadline, outcome.from; the head by /v1/stream"],
  states: [
    [
      "ahead (by this index)",
      <Countdown key="" to={{ block: 2_000_000_000, time: null }} label="deadline" reached="the deadline has passed" />
    ],
    ["reached", <Countdown key="" to={{ block: 0, time: null }} label="deadline" reached="the deadline has passed" />]
  ]
} satisfies Entry
