import { days } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { DayBars } from "./DayBars.tsx"

export default {
  name: "DayBars",
  about: "Movements by day, by kind; a table has the exact figures.",
  pages: ["Treasury"],
  props: [
    ["days", "ReadonlyArray<{ day, kind, amount }>", "newest first"],
    ["label", "string", ""]
  ],
  feeds: ["/v1/treasury: days"],
  states: [["three days", <DayBars key="" days={days} label="Movements by day" />]]
} satisfies Entry
