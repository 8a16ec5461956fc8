import type { Entry } from "../book/Entry.ts"
import { pullRequests } from "../book/samples.ts"
import { PullRequestTable } from "./PullRequestTable.tsx"

export default {
  name: "PullRequestTable",
  about: "Pull requests as GitHub has them, and whether they count.",
  pages: ["Issue", "Match", "Miner"],
  props: [
    ["items", "ReadonlyArray<PullRequest>", ""],
    ["caption", "string", ""]
  ],
  feeds: ["/v1/pull-requests: all its fields"],
  states: [["merged in time, opened too early, somebody else's", <PullRequestTable key="" items={pullRequests} caption="Pull requests" />]]
} satisfies Entry
