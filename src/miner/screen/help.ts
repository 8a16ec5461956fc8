/** What the keys do and what the words mean. */
import { bold, dim, type Line, lineOf } from "../../terminal/screen/line.ts"
import { left } from "../../terminal/screen/text.ts"
import { titled } from "./parts.ts"

const KEYS: ReadonlyArray<readonly [string, string]> = [
  ["↑ ↓  j k", "move; PgUp PgDn, Home End"],
  ["e", "enrol for the issue with every validator; you are asked first"],
  ["s", "pass on it: you are there and do not want this one"],
  ["w  Enter", "watch the competition on the issue"],
  ["m", "watch your own competition"],
  ["o", "open the issue in a browser; p: the pull request"],
  ["f", "show all issues, those to enrol for, yours"],
  ["r", "ask the chain and the validators again, now"],
  ["Ctrl-L Ctrl-Z", "draw anew; back to the shell until fg"],
  ["q  Ctrl-C", "quit"]
]

const WORDS: ReadonlyArray<readonly [string, string]> = [
  ["enrolled 2/3", "two of the three validators that answer hold your word"],
  ["window 12 min", "a competition; a pull request before that time loses"],
  ["PRs 2 d 3 h", "pull requests count until then"],
  ["votes, won", "validators decide; won: paid when the challenge is over"],
  ["1516.0?", "the rating is provisional: fewer than ten games"]
]

const rows = (pairs: ReadonlyArray<readonly [string, string]>): ReadonlyArray<Line> =>
  pairs.map(([word, meaning]) => lineOf("  ", bold(left(word, 15)), dim(meaning)))

/** Rows below the header. */
export const helpPage = (width: number): ReadonlyArray<Line> => [
  titled("Keys", width),
  ...rows(KEYS),
  titled("Words", width),
  ...rows(WORDS)
]
