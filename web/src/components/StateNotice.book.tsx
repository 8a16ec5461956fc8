import type { Entry } from "../book/Entry.ts"
import { StateNotice } from "./StateNotice.tsx"

export default {
  name: "StateNotice",
  about: "What keeps everybody from competing: the subnet has ended, or the contract is paused. Nothing while all goes on.",
  pages: ["Home", "Issues"],
  props: [],
  feeds: ["/v1/config: paused, ended"],
  states: [["as this index is now", <StateNotice key="" />]]
} satisfies Entry
