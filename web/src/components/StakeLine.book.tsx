import type { Entry } from "../book/Entry.ts"
import { moment, rao } from "../book/samples.ts"
import { StakeLine } from "./StakeLine.tsx"

export default {
  name: "StakeLine",
  about: "The weight of a validator's vote by day.",
  pages: ["Validators"],
  props: [["stakes", 'ValidatorDetail["stakes"]', "newest first"]],
  feeds: ["/v1/validators/{hotkey}: stakes"],
  states: [
    [
      "two days",
      <StakeLine
        key=""
        stakes={[
          { day: "2026-11-20", weight: rao(4_000), free: "1234567890", at: moment(-60) },
          { day: "2026-11-19", weight: rao(3_600), free: null, at: moment(-86_400) }
        ]}
      />
    ]
  ]
} satisfies Entry
