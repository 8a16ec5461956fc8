import { Problem } from "../api/ask.ts"
import type { Entry } from "../book/Entry.ts"
import type { AskedList } from "../data/hooks.ts"
import { ListView } from "./ListView.tsx"

const nothing = () => undefined
const LIST: AskedList<string> = {
  items: ["one", "two"],
  problem: undefined,
  loading: false,
  more: false,
  isCut: false,
  readAt: undefined,
  keyOf: (item) => item,
  address: "",
  readMore: nothing,
  seen: nothing,
  again: nothing
}
const EMPTY = { title: "None yet", why: "They appear here by themselves." }
const PROBLEM = new Problem("unreachable", "The server did not answer.", "The page tries again by itself.", undefined)
const shown = (items: ReadonlyArray<string>) => <p>{items.join(", ")}</p>

export default {
  name: "ListView",
  about: "A list in all its states: loading, empty, loaded, with more pages, failed.",
  pages: ["all pages with lists"],
  props: [
    ["list", "AskedList<A>", "the result of useList"],
    ["empty", "{ title, why }", "the text of an empty list"],
    ["height", "string", "the approximate height of the loaded list"],
    ["isExcerpt", "boolean", "for some rows of a list with a view of its own: always the newest, without a foot"],
    ["isOneOfSeveral", "boolean?", "on a phone it begins with a few rows"],
    ["children", "(items) => ReactNode", "the list"]
  ],
  feeds: [],
  states: [
    [
      "loading",
      <ListView key="" list={{ ...LIST, items: undefined, loading: true }} empty={EMPTY}>
        {shown}
      </ListView>
    ],
    [
      "empty",
      <ListView key="" list={{ ...LIST, items: [] }} empty={EMPTY}>
        {shown}
      </ListView>
    ],
    [
      "there",
      <ListView key="" list={LIST} empty={EMPTY}>
        {shown}
      </ListView>
    ],
    [
      "with more pages",
      <ListView key="" list={{ ...LIST, more: true }} empty={EMPTY}>
        {shown}
      </ListView>
    ],
    [
      "failed",
      <ListView key="" list={{ ...LIST, items: undefined, problem: PROBLEM }} empty={EMPTY}>
        {shown}
      </ListView>
    ]
  ]
} satisfies Entry
