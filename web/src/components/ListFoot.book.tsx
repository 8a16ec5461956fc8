import { Problem } from "../api/ask.ts"
import type { Entry } from "../book/Entry.ts"
import { ListFoot } from "./ListFoot.tsx"

export default {
  name: "ListFoot",
  about: "The foot of a paged list: a button for more, or an error.",
  pages: ["every list"],
  props: [["list", "AskedList", "of useList"]],
  feeds: [],
  states: [
    [
      "more",
      <ListFoot
        key=""
        list={{
          items: [],
          more: true,
          isCut: false,
          loading: false,
          problem: undefined,
          readAt: undefined,
          keyOf: () => "",
          address: "",
          readMore: () => {},
          seen: () => {},
          again: () => {}
        }}
      />
    ],
    [
      "reading",
      <ListFoot
        key=""
        list={{
          items: [],
          more: true,
          isCut: false,
          loading: true,
          problem: undefined,
          readAt: undefined,
          keyOf: () => "",
          address: "",
          readMore: () => {},
          seen: () => {},
          again: () => {}
        }}
      />
    ],
    [
      "cut, in an export",
      <ListFoot
        key=""
        list={{
          items: [],
          more: false,
          isCut: true,
          loading: false,
          problem: undefined,
          readAt: undefined,
          keyOf: () => "",
          address: "",
          readMore: () => {},
          seen: () => {},
          again: () => {}
        }}
      />
    ],
    [
      "failed",
      <ListFoot
        key=""
        list={{
          items: [],
          more: true,
          isCut: false,
          loading: false,
          problem: new Problem("busy", "The database is unavailable.", "The page tries again in a few seconds.", 5_000),
          readAt: undefined,
          keyOf: () => "",
          address: "",
          readMore: () => {},
          seen: () => {},
          again: () => {}
        }}
      />
    ]
  ]
} satisfies Entry
