/** The generated parts of docs/verdicts.md: the reasons for no vote and the cases. */
import { withPart } from "../../../scripts/marked.ts"
import { noVoteReasons } from "../../../src/rules/verdicts/noVoteReasons.ts"
import { sections } from "./cases.ts"
import { AFTERWARDS, afterwards, type Cell, CLOSERS, canHappen, cells, closers, expected, LANDINGS, landings } from "./cells/table.ts"

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
    ([reason, { meaning, takesVoteBack }]) => `| \`${reason}\` | ${cell(meaning)} | ${takesVoteBack ? "withdrawn" : "stays"} |`
  )
].join("\n")

const row = (columns: ReadonlyArray<string>): string => `| ${columns.map(cell).join(" | ")} |`

const atFirst = (of: Cell): string => expected({ ...of, afterwards: "nothing" })

const matrix = [
  row(["what the default branch gets of Bob's work", ...closers.map((closer) => CLOSERS[closer])]),
  `|${"---|".repeat(closers.length + 1)}`,
  ...landings.map((landing) =>
    row([
      LANDINGS[landing],
      ...closers.map((closer) => (canHappen({ landing, closer }) ? atFirst({ landing, closer, afterwards: "nothing" }) : "cannot happen"))
    ])
  )
].join("\n")

/** How each verdict changes afterwards. */
const changes = afterwards.flatMap((after) => {
  const becomes = new Map(cells.filter((one) => one.afterwards === after).map((one) => [atFirst(one), expected(one)]))
  const same = [...becomes].filter(([before, now]) => before === now).map(([before]) => before)
  const others = [...new Set([...becomes].filter(([before, now]) => before !== now).map(([, now]) => now))]
  if (after === "nothing") return []
  if (others.length === 0) return [row([AFTERWARDS[after], "the same"])]
  const kept = same.length === 0 ? "" : `; the same where it was ${same.join(" or ")}`
  return [row([AFTERWARDS[after], `${others.join(" or ")}${kept}`])]
})

const cellTables = [matrix, "", "| what happens afterwards, before the verdict | verdict |", "|---|---|", ...changes].join("\n")

/** The document with the current reasons, cells and cases. */
export const withTables = (text: string): string =>
  withPart(withPart(withPart(text, "reasons", reasons), "cells", cellTables), "cases", tables)
