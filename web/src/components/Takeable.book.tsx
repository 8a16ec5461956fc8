import type { Entry } from "../book/Entry.ts"
import { Takeable } from "./Takeable.tsx"

export default {
  name: "Takeable",
  about: 'Whether an open issue can be taken: "now" only if the newest block is known and the contract is not paused.',
  pages: ["Issues", "Issue"],
  props: [],
  feeds: ["/v1/stream and /health: how fresh the data is", "/v1/config: paused, ended"],
  states: [["as this index is now", <Takeable key="" />]]
} satisfies Entry
