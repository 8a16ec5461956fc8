import type { Entry } from "../book/Entry.ts"
import { ALICE, BOB } from "../book/samples.ts"
import { Avatar } from "./Avatar.tsx"

export default {
  name: "Avatar",
  about: "An account's picture on GitHub, or an emblem of its own. Decorative, because the name is beside it.",
  pages: ["everywhere"],
  props: [
    ["of", "string", "the account, which determines the emblem"],
    ["src", "string | null", "the picture; only GitHub's are loaded"],
    ["size", '"small" | "medium" | "large"', ""]
  ],
  feeds: ["MinerRef: avatar; issues: github.avatar"],
  states: [
    ["small", <Avatar key="" of={ALICE.hotkey} src={null} />],
    ["medium", <Avatar key="" of={BOB.hotkey} src={null} size="medium" />],
    ["large", <Avatar key="" of="x" src="https://elsewhere.example/not-loaded.png" size="large" />]
  ]
} satisfies Entry
