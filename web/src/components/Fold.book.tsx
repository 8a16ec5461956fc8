import type { Entry } from "../book/Entry.ts"
import { Fold } from "./Fold.tsx"

export default {
  name: "Fold",
  about: "A section that is read when it is opened, and printed.",
  pages: ["Match"],
  props: [
    ["title", "string", ""],
    ["note", "ReactNode", "what is in it, in a few words"],
    ["isOpenOnWide", "boolean", "whether it begins open where there is room: not on a phone"],
    ["children", "ReactNode", "drawn when it is opened"]
  ],
  feeds: [],
  states: [
    [
      "folded",
      <Fold key="" title="The vote" note="by validators' stake">
        <p>Its content.</p>
      </Fold>
    ]
  ]
} satisfies Entry
