/** Draws the whole screen. */
import { type Line, lineOf } from "../../../layers/machine/terminal/screen/line.ts"
import { competitionPage } from "./competition.ts"
import { helpPage } from "./help.ts"
import { issuesPage } from "./issues.ts"
import type { Model } from "./model.ts"
import { header, keys, notices } from "./parts.ts"

/** Minimum size of a readable screen. */
const [LEAST_COLUMNS, LEAST_ROWS] = [36, 10]

const page = (model: Model, rows: number): ReadonlyArray<Line> => {
  switch (model.page._tag) {
    case "Issues":
      return issuesPage(model)
    case "Competition":
      return competitionPage(model, model.page.id, rows)
    case "Help":
      return helpPage(model.size.columns)
  }
}

/** The screen as lines, one per row. */
export const view = (model: Model): ReadonlyArray<Line> => {
  const { columns, rows } = model.size
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS)
    return [lineOf(`Too small: needs ${LEAST_COLUMNS} columns`), lineOf(`and ${LEAST_ROWS} rows.`), lineOf("q quits.")]
  const foot = [...notices(model), keys(model)]
  const room = Math.max(0, rows - foot.length)
  const top = header(model)
  const body = [...top, ...page(model, Math.max(1, room - top.length))].slice(0, room)
  return [...body, ...Array.from({ length: room - body.length }, (): Line => []), ...foot]
}
