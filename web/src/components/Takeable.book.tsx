import type { Entry } from "../book/Entry.ts"
import { Takeable } from "./Takeable.tsx"

export default {
  name: "Takeable",
  about: 'Whether an open issue can be taken: "now" only where the newest block is known, and the contract lets competitions start.',
  pages: ["Issues", "Issue"],
  props: [],
  feeds: ["/v1/stream and /health: how fresh this is", "/v1/config: paused"],
  states: [["as this index is now", <Takeable key="" />]]
} satisfies Entry
