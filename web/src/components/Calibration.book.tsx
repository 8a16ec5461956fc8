import type { Entry } from "../book/Entry.ts"
import { Calibration } from "./Calibration.tsx"

export default {
  name: "Calibration",
  about: "How the odds of a match are made, and how often such odds came true.",
  pages: ["Match"],
  props: [],
  feeds: [],
  states: [["as it is", <Calibration key="" />]]
} satisfies Entry
