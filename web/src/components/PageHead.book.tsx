import type { Entry } from "../book/Entry.ts"

export default {
  name: "PageHead",
  about: "The head of a view with its only h1, which receives focus when the view opens. Not shown here, because a page has only one.",
  pages: ["every view"],
  props: [
    ["title", "string", ""],
    ["windowTitle", "string", "in the window's title"],
    ["over", "ReactNode", "the breadcrumb above the title"],
    ["lead", "string", "what a newcomer must know, before the link to the guide"],
    ["beside", "ReactNode", "shown on the right"]
  ],
  feeds: [],
  states: [["seen above", <p key="">This page's own head is an example.</p>]]
} satisfies Entry
