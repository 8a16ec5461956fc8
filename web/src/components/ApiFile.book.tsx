import { endpoints } from "../api/endpoints.ts"
import type { Entry } from "../book/Entry.ts"
import { ApiFile } from "./ApiFile.tsx"

export default {
  name: "ApiFile",
  about: "A link to a file or a document of the API, or to its copy in an export. Only its text is left where an export does not have it.",
  pages: ["/consensus/:epoch", "/competitions/:id"],
  props: [
    ["at", "Question", "the file"],
    ["title", "string", "what a pointer is told, such as a hash"],
    ["label", "string", "what the link is called where its text alone does not say it"]
  ],
  feeds: [],
  states: [
    [
      "linked",
      <ApiFile key="" at={endpoints.consensusFacts(7)}>
        what the chain says
      </ApiFile>
    ]
  ]
} satisfies Entry
