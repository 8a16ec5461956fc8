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
  readAt: undefined,
  keyOf: (item) => item,
  address: "",
  readMore: nothing,
  seen: nothing,
  again: nothing
}
const EMPTY = { title: "None yet", why: "They show here by themselves." }
const PROBLEM = new Problem("unreachable", "The server did not answer.", "It is asked again by itself.", undefined)
const shown = (items: ReadonlyArray<string>) => <p>{items.join(", ")}</p>

export default {
  name: "ListView",
  about: "A list in each of its states: on the way, empty, there, with more to come, not to be had.",
  pages: ["all pages with lists"],
  props: [
    ["list", "AskedList<A>", "what useList gave"],
    ["empty", "{ title, why }", "what will come, and why"],
    ["height", "string", "about as high as it will be"],
    ["children", "(items) => ReactNode", "the list"]
  ],
  feeds: [],
  states: [
    [
      "on the way",
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
      "with more to come",
      <ListView key="" list={{ ...LIST, more: true }} empty={EMPTY}>
        {shown}
      </ListView>
    ],
    [
      "not to be had",
      <ListView key="" list={{ ...LIST, items: undefined, problem: PROBLEM }} empty={EMPTY}>
        {shown}
      </ListView>
    ]
  ]
} satisfies Entry
