import type { Entry } from "../book/Entry.ts"
import { Countdown } from "./Countdown.tsx"

export default {
  name: "Countdown",
  about: "How long until a block: by the chain's blocks, in the reader's hours.",
  pages: ["Issues", "Issue", "Competition"],
  props: [
    ["to", "Moment", "the block"],
    ["label", "string", "what it is"],
    ["reached", "string", "said when it is there"]
  ],
  feeds: ["submissionsFrom, deadline, payableAt; the head by /v1/stream"],
  states: [
    [
      "ahead (by this index)",
      <Countdown key="" to={{ block: 2_000_000_000, time: null }} label="deadline" reached="the deadline is over" />
    ],
    ["reached", <Countdown key="" to={{ block: 0, time: null }} label="deadline" reached="the deadline is over" />]
  ]
} satisfies Entry
