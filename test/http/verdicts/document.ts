/** The parts of docs/verdicts.md that are generated: its reasons for no vote and its cases. */
import { withPart } from "../../../scripts/marked.ts"
import { noVoteReasons } from "../../../src/scoring/issue_competitions/rules/noVoteReasons.ts"
import { sections } from "./cases.ts"

const cell = (text: string) => text.replaceAll("|", "\\|")

const tables = sections
  .map(({ title, cases }) =>
    [
      `### ${title}`,
      "",
      "| what happened | verdict |",
      "|---|---|",
      ...cases.map(
        ({ byGit, what, verdict }) =>
          `| ${cell(what)} | ${cell(verdict)}${byGit === undefined ? "" : `; for a validator that asks git: ${cell(byGit)}`} |`
      )
    ].join("\n")
  )
  .join("\n\n")

const reasons = [
  "| reason | when | own vote |",
  "|---|---|---|",
  ...Object.entries(noVoteReasons).map(
    ([reason, { meaning, takesVoteBack }]) => `| \`${reason}\` | ${cell(meaning)} | ${takesVoteBack ? "taken back" : "stays"} |`
  )
].join("\n")

/** The document with the current reasons and cases. */
export const withTables = (text: string): string => withPart(withPart(text, "reasons", reasons), "cases", tables)
