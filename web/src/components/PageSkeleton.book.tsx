import type { Entry } from "../book/Entry.ts"
import { PageSkeleton } from "./PageSkeleton.tsx"

export default {
  name: "PageSkeleton",
  about: "Shown while a view's code or data loads.",
  pages: ["every view"],
  props: [],
  feeds: [],
  states: [["usual", <PageSkeleton key="" />]]
} satisfies Entry
