import type { Entry } from "../book/Entry.ts"
import { Command } from "./Command.tsx"

export default {
  name: "Command",
  about: "A command for a terminal, with a button that copies it.",
  pages: ["Issue"],
  props: [["text", "string", "the command"]],
  feeds: [],
  states: [["enrol", <Command key="" text="gittensor mine enroll 7 --contract 5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL" />]]
} satisfies Entry
