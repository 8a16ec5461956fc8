import type { Entry } from "../book/Entry.ts"
import { VALIDATOR } from "../book/samples.ts"
import { ValidatorName } from "./ValidatorName.tsx"

export default {
  name: "ValidatorName",
  about: "A validator's hotkey, linked to its page.",
  pages: ["Match", "Validators"],
  props: [["hotkey", "string", ""]],
  feeds: ["validator of votes, attestations, weights and reports"],
  states: [["one", <ValidatorName key="" hotkey={VALIDATOR} />]]
} satisfies Entry
