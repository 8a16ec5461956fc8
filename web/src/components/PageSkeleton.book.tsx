import type { Entry } from "../book/Entry.ts"
import { PageSkeleton } from "./PageSkeleton.tsx"

export default {
  name: "PageSkeleton",
  about: "While a view's code or its data is on the way.",
  pages: ["every view"],
  props: [],
  feeds: [],
  states: [["usual", <PageSkeleton key="" />]]
} satisfies Entry
