import type { Entry } from "../book/Entry.ts"
import { BountyBar } from "./BountyBar.tsx"

const ALPHA = 1_000_000_000n
const rao = (alpha: bigint) => (alpha * ALPHA).toString()

export default {
  name: "BountyBar",
  about: "The winner's bounty, its funded part, and its place in the queue.",
  pages: ["Issues", "Issue"],
  props: [
    ["funded", "string (rao)", "the funded part"],
    ["target", "string (rao)", "the bounty"],
    ["status", "IssueStatus", "determines the colour, and says how it ended"],
    ["queuePosition", "number | null", "its place in the funding queue"]
  ],
  feeds: ["/v1/issues and /v1/issues/{id}: target, funded, status, queuePosition"],
  states: [
    ["not funded yet", <BountyBar key="" funded="0" target={rao(100n)} status="Funding" queuePosition={4} />],
    ["partly funded, next", <BountyBar key="" funded={rao(62n)} target={rao(100n)} status="Funding" queuePosition={1} />],
    ["funded", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Open" queuePosition={null} />],
    ["competing", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Competing" queuePosition={null} />],
    ["solved", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Solved" queuePosition={null} />],
    ["paid", <BountyBar key="" funded={rao(100n)} target={rao(100n)} status="Paid" queuePosition={null} />],
    ["cancelled", <BountyBar key="" funded="0" target={rao(100n)} status="Cancelled" queuePosition={null} />],
    ["the smallest and the largest", <BountyBar key="" funded="1" target="18446744073709551615" status="Funding" queuePosition={9_999} />]
  ]
} satisfies Entry
