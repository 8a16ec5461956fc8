import type { Entry } from "../book/Entry.ts"
import { burden, unknownBurden } from "../book/samples.ts"
import { BurdenTable } from "./BurdenTable.tsx"

const times = { seenAt: burden.since, askedAt: burden.since }

export default {
  name: "BurdenTable",
  about: "What a repository's maintainers had to do with pull requests of miners, and of everybody else beside them.",
  pages: ["Repository"],
  props: [["repository", "Repository | undefined", "with its figures; undefined: GitHub was not asked yet"]],
  feeds: ["/v1/repositories"],
  states: [
    ["known", <BurdenTable key="" repository={{ burden, ...times }} />],
    ["partly known", <BurdenTable key="" repository={{ burden: unknownBurden, ...times }} />],
    ["not shown", <BurdenTable key="" repository={{ burden: null, ...times, seenAt: null }} />],
    ["not asked yet", <BurdenTable key="" repository={undefined} />]
  ]
} satisfies Entry
