import { evidence } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { FaultNotice } from "./FaultNotice.tsx"

export default {
  name: "FaultNotice",
  about: "The mark of a validator that an audit found to break the rules.",
  pages: ["Validators"],
  props: [
    ["evidence", "ReadonlyArray<Evidence>", "its broken rules, newest first; without any, nothing is shown"],
    ["more", "boolean", "whether there are more"]
  ],
  feeds: ["/v1/consensus/evidence?validator=&severity=wrong"],
  states: [
    ["one epoch", <FaultNotice key="" evidence={evidence.slice(0, 1)} more={false} />],
    ["several, and more", <FaultNotice key="" evidence={evidence} more />],
    ["none", <FaultNotice key="" evidence={[]} more={false} />]
  ]
} satisfies Entry
