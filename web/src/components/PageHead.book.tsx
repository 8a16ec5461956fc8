import type { Entry } from "../book/Entry.ts"

export default {
  name: "PageHead",
  about: "The head of a view: its only first-level title. Focus comes here when the view is gone to. Not shown here: a page has one.",
  pages: ["every view"],
  props: [
    ["title", "string", ""],
    ["windowTitle", "string", "in the window's title"],
    ["over", "ReactNode", "where this belongs"],
    ["beside", "ReactNode", "at the right"]
  ],
  feeds: [],
  states: [["seen above", <p key="">The head of this page is one.</p>]]
} satisfies Entry
