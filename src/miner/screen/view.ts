/** The whole screen of a model. */
import { type Line, lineOf } from "../../terminal/screen/line.ts"
import { competitionPage } from "./competition.ts"
import { helpPage } from "./help.ts"
import { issuesPage } from "./issues.ts"
import type { Model } from "./model.ts"
import { header, keys, notices } from "./parts.ts"

/** Smaller than this nothing can be read. */
const [LEAST_COLUMNS, LEAST_ROWS] = [36, 10]

const page = (model: Model): ReadonlyArray<Line> => {
  switch (model.page._tag) {
    case "Issues":
      return issuesPage(model)
    case "Competition":
      return competitionPage(model, model.page.id)
    case "Help":
      return helpPage(model.size.columns)
  }
}

/** As many lines as the screen has rows. */
export const view = (model: Model): ReadonlyArray<Line> => {
  const { columns, rows } = model.size
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS)
    return [lineOf(`Too small: ${LEAST_COLUMNS} columns`), lineOf(`and ${LEAST_ROWS} rows are needed.`), lineOf("q quits.")]
  const foot = [...notices(model), keys(model)]
  const room = Math.max(0, rows - foot.length)
  const body = [...header(model), ...page(model)].slice(0, room)
  return [...body, ...Array.from({ length: room - body.length }, (): Line => []), ...foot]
}
