/** Draws the whole screen. */
import { bold, dim, type Line, lineOf } from "../../../layers/machine/terminal/screen/line.ts"
import { alignLeft } from "../../../layers/machine/terminal/screen/text.ts"
import { competitionPage } from "./competition.ts"
import { issuesPage } from "./issues.ts"
import type { Model } from "./model.ts"
import { header, keys, notices, titled } from "./parts.ts"

/** What the keys do and what the words mean. */
const KEYS: ReadonlyArray<readonly [string, string]> = [
  ["↑ ↓  j k", "move; PgUp PgDn, Home End"],
  ["e", "enrol for the issue with every validator; you are asked first"],
  ["s", "skip the issue: you are online but do not want this one"],
  ["w  Enter", "watch the match on the issue: ↑ ↓ scroll, n N the next one"],
  ["m", "watch your own match"],
  ["o", "open the issue in a browser; p: the pull request"],
  ["f", "switch between all issues, those to enrol for, and yours"],
  ["/", "search title, repository, number, miner: Enter keeps, Esc ends"],
  ["r", "ask the chain and the validators again"],
  ["Ctrl-L Ctrl-Z", "redraw; suspend to the shell until fg"],
  ["q  Ctrl-C", "quit"]
]

const WORDS_EXPLAINED: ReadonlyArray<readonly [string, string]> = [
  ["enrolled 2/3", "2 of the 3 validators that respond have your enrolment"],
  ["no PRs 12 min", "no pull requests yet: one of the next 12 minutes loses"],
  ["PRs 2 d 3 h", "pull requests count, if merged within this time"],
  ["votes 2 d", "validators vote; expires after this time, unless they agree"],
  ["1516.0?", "a provisional rating: fewer than ten matches"]
]

const rows = (pairs: ReadonlyArray<readonly [string, string]>): ReadonlyArray<Line> =>
  pairs.map(([word, meaning]) => lineOf("  ", bold(alignLeft(word, 15)), dim(meaning)))

/** Rows below the header. */
const helpPage = (width: number): ReadonlyArray<Line> => [
  titled("Keys", width),
  ...rows(KEYS),
  titled("Words", width),
  ...rows(WORDS_EXPLAINED)
]

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
