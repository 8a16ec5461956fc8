import type { Entry } from "../book/Entry.ts"
import { VALIDATOR } from "../book/samples.ts"
import { ValidatorName } from "./ValidatorName.tsx"

export default {
  name: "ValidatorName",
  about: "A validator, linked to its page: the name that it gives itself, and always its hotkey, because anybody may take any name.",
  pages: ["Match", "Validators"],
  props: [
    ["hotkey", "string", ""],
    ["emblem", "boolean", "whether its emblem stands before it; yes unless told otherwise"]
  ],
  feeds: ["validator of votes, attestations, weights and reports", "/v1/validators: name", "/v1/validators/{hotkey}: name"],
  states: [
    ["one", <ValidatorName key="" hotkey={VALIDATOR} />],
    ["in a sentence", <ValidatorName key="" hotkey={VALIDATOR} emblem={false} />]
  ]
} satisfies Entry
