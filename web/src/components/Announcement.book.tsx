import type { Entry } from "../book/Entry.ts"
import { announced, vetoes } from "../book/samples.ts"
import { Announcement } from "./Announcement.tsx"

export default {
  name: "Announcement",
  about: "What the owner has announced to do after its delay, and who is against it.",
  pages: ["Issue", "Validators"],
  props: [
    ["change", "ConfigChange", "its event of being announced"],
    ["vetoes", "ReadonlyArray<ConfigChange>", "the votes against it, newest first"],
    ["names", "EventNames", "what readers call what it names"]
  ],
  feeds: ["/v1/config: announced", "/v1/config/changes?kind=ChangeVetoVoted&change="],
  states: [
    ["nobody is against it", <Announcement key="" change={announced.cancellation} vetoes={[]} />],
    ["some are against it", <Announcement key="" change={announced.edit} vetoes={vetoes} />]
  ]
} satisfies Entry
