import type { Entry } from "../book/Entry.ts"
import { Skeleton } from "./Skeleton.tsx"

export default {
  name: "Skeleton",
  about: "A placeholder in the size of the coming content.",
  pages: ["everywhere"],
  props: [
    ["width", "string", ""],
    ["height", "string", ""]
  ],
  feeds: [],
  states: [
    ["a line", <Skeleton key="" />],
    ["a picture", <Skeleton key="" width="4rem" height="4rem" />]
  ]
} satisfies Entry
