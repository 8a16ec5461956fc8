import type { Entry } from "../book/Entry.ts"
import { issueIn } from "../book/samples.ts"
import { IssueList } from "./IssueList.tsx"

export default {
  name: "IssueList",
  about: "Some issues below each other, where they are not the whole view.",
  pages: ["Repository", "Search"],
  props: [
    ["items", "ReadonlyArray<Issue>", ""],
    ["label", "string", "names the list for screen readers"]
  ],
  feeds: ["/v1/issues"],
  states: [["two issues", <IssueList key="" items={[issueIn("Open"), { ...issueIn("Paid"), id: 8 }]} label="Issues" />]]
} satisfies Entry
