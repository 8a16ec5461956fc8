import type { Entry } from "../book/Entry.ts"
import { WindowedList } from "./WindowedList.tsx"

const lines = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`)
const keyOf = (line: string) => line
const rowHeight = () => 1.5
const nothing = () => {}

export default {
  name: "WindowedList",
  about: "A list of any length in the page's scroll area. Only visible rows and the focused one are drawn.",
  pages: ["Issues"],
  props: [
    ["items", "ReadonlyArray<A>", ""],
    ["row", "(item) => ReactNode", ""],
    ["rowHeight", "(width) => rem", "the same for all rows"],
    ["more", "boolean", ""],
    ["onNearEnd", "() => void", "reads the next page"]
  ],
  feeds: [],
  states: [
    [
      "200 lines, of which those on the screen are drawn",
      <div key="" className="book-window">
        <WindowedList label="Lines" items={lines} keyOf={keyOf} row={keyOf} rowHeight={rowHeight} more={false} onNearEnd={nothing} />
      </div>
    ]
  ]
} satisfies Entry
