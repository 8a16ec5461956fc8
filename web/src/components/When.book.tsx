import type { Entry } from "../book/Entry.ts"
import { moment } from "../book/samples.ts"
import { When } from "./When.tsx"

export default {
  name: "When",
  about: "When something is or was: the reader's time and the block, whichever is not shown on hover.",
  pages: ["everywhere"],
  props: [
    ["at", "Moment", "block and time; the time is null while it lies ahead"],
    ["as", '"relative" | "time" | "both"', ""]
  ],
  feeds: ["every Moment of the API"],
  states: [
    ["just now", <When key="" at={moment(0)} />],
    ["a while ago", <When key="" at={moment(-7_300)} />],
    ["the local time", <When key="" at={moment(-7_300)} as="time" />],
    ["both", <When key="" at={moment(-7_300)} as="both" />]
  ]
} satisfies Entry
