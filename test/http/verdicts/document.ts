/** The part of docs/verdicts.md that is made from the cases. */
import { withPart } from "../../../scripts/marked.ts"
import { sections } from "./cases.ts"

const cell = (text: string) => text.replaceAll("|", "\\|")

const tables = sections
  .map(({ title, cases }) =>
    [
      `### ${title}`,
      "",
      "| what happened | verdict |",
      "|---|---|",
      ...cases.map(({ what, verdict }) => `| ${cell(what)} | ${cell(verdict)} |`)
    ].join("\n")
  )
  .join("\n\n")

/** The document with today's cases. */
export const withCases = (text: string): string => withPart(text, "cases", tables)
