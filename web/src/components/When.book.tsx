import type { Entry } from "../book/Entry.ts"
import { moment } from "../book/samples.ts"
import { When } from "./When.tsx"

export default {
  name: "When",
  about: "A time in the reader's time zone, and its block.",
  pages: ["everywhere"],
  props: [
    ["at", "Moment | TimeOnly", "block and time; the time is null in the future, the block null for times on GitHub"],
    ["as", '"relative" | "time" | "both"', ""]
  ],
  feeds: ["every Moment of the API"],
  states: [
    ["just now", <When key="" at={moment(0)} />],
    ["a while ago", <When key="" at={moment(-7_300)} />],
    ["the local time", <When key="" at={moment(-7_300)} as="time" />],
    ["of GitHub, without a block", <When key="" at={{ block: null, time: moment(-7_300).time ?? "" }} />],
    ["both", <When key="" at={moment(-7_300)} as="both" />]
  ]
} satisfies Entry
