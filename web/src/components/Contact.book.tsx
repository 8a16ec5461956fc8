import type { Entry } from "../book/Entry.ts"
import { Contact } from "./Contact.tsx"

export default {
  name: "Contact",
  about: "Where people reach whoever serves the page.",
  pages: ["Repository", "all: the foot"],
  props: [["contact", "string | null", "an e-mail address, or one that begins with https; null: they have not said, and nothing is shown"]],
  feeds: ["/v1/config: contact"],
  states: [
    ["an e-mail address", <Contact key="" contact="owner@gittensor.example" />],
    ["a page", <Contact key="" contact="https://gittensor.example/contact" />]
  ]
} satisfies Entry
