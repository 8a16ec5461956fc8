import { Problem } from "../api/ask.ts"
import type { Entry } from "../book/Entry.ts"
import type { AskedList } from "../data/hooks.ts"
import { ListFoot } from "./ListFoot.tsx"

/** A list of which there is more. */
const LIST: AskedList<string> = {
  items: ["one", "two"],
  more: true,
  isCut: false,
  loading: false,
  problem: undefined,
  readAt: undefined,
  keyOf: () => "",
  address: "/v1/payouts",
  readMore: () => {},
  seen: () => {},
  again: () => {}
}

export default {
  name: "ListFoot",
  about: "The foot of a paged list: a button for more and the list as CSV, or an error.",
  pages: ["every list"],
  props: [["list", "AskedList", "of useList"]],
  feeds: [],
  states: [
    ["more", <ListFoot key="" list={LIST} />],
    ["reading", <ListFoot key="" list={{ ...LIST, loading: true }} />],
    ["cut, in an export", <ListFoot key="" list={{ ...LIST, more: false, isCut: true }} />],
    [
      "failed",
      <ListFoot
        key=""
        list={{ ...LIST, problem: new Problem("busy", "The database is unavailable.", "The page tries again in a few seconds.", 5_000) }}
      />
    ]
  ]
} satisfies Entry
