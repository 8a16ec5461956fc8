import type { Entry } from "../book/Entry.ts"
import { EpochName } from "./EpochName.tsx"

export default {
  name: "EpochName",
  about: "An epoch, linked to its page.",
  pages: ["Epoch", "Validators"],
  props: [["epoch", "number", ""]],
  feeds: ["epoch of epochs, evidence and divergence"],
  states: [["one", <EpochName key="" epoch={812} />]]
} satisfies Entry
