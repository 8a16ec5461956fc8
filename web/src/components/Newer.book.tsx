import type { Entry } from "../book/Entry.ts"
import { Newer } from "./Newer.tsx"

const nothing = () => {}
const LIST = <p>The first shown row.</p>

export default {
  name: "Newer",
  about: "A button over a list's upper edge that shows waiting rows. It covers and moves nothing, and screen readers announce it politely.",
  pages: ["every list, in HeldRows"],
  props: [
    ["count", "number", "how many rows wait"],
    ["isMore", "boolean", "more may be waiting than were read"],
    ["isReordered", "boolean", "the shown rows have a new order"],
    ["onShow", "() => void", ""]
  ],
  feeds: [],
  states: [
    [
      "nothing is new",
      <div key="" className="held-rows">
        <Newer count={0} isMore={false} isReordered={false} onShow={nothing} />
        {LIST}
      </div>
    ],
    [
      "three are new",
      <div key="" className="held-rows">
        <Newer count={3} isMore={false} isReordered={false} onShow={nothing} />
        {LIST}
      </div>
    ],
    [
      "more than were read",
      <div key="" className="held-rows">
        <Newer count={100} isMore isReordered={false} onShow={nothing} />
        {LIST}
      </div>
    ],
    [
      "another order",
      <div key="" className="held-rows">
        <Newer count={0} isMore={false} isReordered onShow={nothing} />
        {LIST}
      </div>
    ]
  ]
} satisfies Entry
