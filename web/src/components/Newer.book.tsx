import type { Entry } from "../book/Entry.ts"
import { Newer } from "./Newer.tsx"

const nothing = () => {}
const LIST = <p>The first row that is shown.</p>

export default {
  name: "Newer",
  about:
    "Over a list's upper edge: what is new in the list and waits to be asked for. It covers no row, pushes nothing, and is read out politely.",
  pages: ["every list, in HeldRows"],
  props: [
    ["count", "number", "how many rows wait"],
    ["isMore", "boolean", "there may be more of them than were read"],
    ["isReordered", "boolean", "rows that are shown stand in another order now"],
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
