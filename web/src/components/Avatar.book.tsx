import type { Entry } from "../book/Entry.ts"
import { ALICE, BOB } from "../book/samples.ts"
import { Avatar } from "./Avatar.tsx"

export default {
  name: "Avatar",
  about: "An account's picture, or its initial on a colour of its own. Decorative, because the name is beside it.",
  pages: ["everywhere"],
  props: [
    ["of", "string", "the account, which determines the colour"],
    ["name", "string", "provides the initial"],
    ["src", "string | null", "the picture; only GitHub's are loaded"],
    ["size", '"small" | "medium" | "large"', ""]
  ],
  feeds: ["MinerRef: avatar; issues: github.avatar"],
  states: [
    ["small", <Avatar key="" of={ALICE.hotkey} name="ada" src={null} />],
    ["medium", <Avatar key="" of={BOB.hotkey} name="bob" src={null} size="medium" />],
    ["large", <Avatar key="" of="x" name="carol" src="https://elsewhere.example/not-loaded.png" size="large" />]
  ]
} satisfies Entry
