import type { Entry } from "../book/Entry.ts"
import { moment } from "../book/samples.ts"
import { CallLink } from "./CallLink.tsx"

export default {
  name: "CallLink",
  about: "A link to a block's events and calls as the chain recorded them.",
  pages: ["wherever something has a block"],
  props: [
    ["at", "Moment", "the block"],
    ["call", "CallRef | null", "the call within it"]
  ],
  feeds: ["at, call of every row"],
  states: [
    ["block alone", <CallLink key="" at={moment(-60)} />],
    ["a call", <CallLink key="" at={moment(-60)} call={{ extrinsic: 2, position: 0 }} />],
    ["one of a batch", <CallLink key="" at={moment(-60)} call={{ extrinsic: 2, position: 3 }} />]
  ]
} satisfies Entry
