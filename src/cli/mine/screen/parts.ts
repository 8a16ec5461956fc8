/** The frame of each page: status lines at the top, notices and keys at the bottom. */

import { BLOCK_SECONDS } from "../../../domain/Blocks.ts"
import { collateralAsked } from "../../../domain/Collateral.ts"
import { UNKNOWN_TOKEN } from "../../../layers/github/client/RefusedTokens.ts"
import {
  bold,
  clipLine,
  coloured,
  dim,
  ends,
  type Line,
  lineOf,
  lineWidth,
  type Span,
  span
} from "../../../layers/machine/terminal/screen/line.ts"
import { wrap } from "../../../layers/machine/terminal/screen/text.ts"
import type { Board } from "./board.ts"
import { loginOf } from "./gitHub.ts"
import { type Model, type Notice, wordOn } from "./model.ts"
import type { Remembered } from "./remembered.ts"
import { alpha, alphaShort, clock, duration, number, ratingWords, shareText, shortHotkey, until } from "./words.ts"

/** A head that is this many block times late is marked as stale. */
const STALE_BLOCKS = 5
const STALE_AT_LEAST = 30_000

const staleness = ({ board, now }: Model): number => {
  if (board === null) return 0
  const age = now - board.at
  return age > Math.max(STALE_AT_LEAST, STALE_BLOCKS * (board.pace?.milliseconds ?? 1_000 * BLOCK_SECONDS)) ? age : 0
}

const roundText = (board: Board, model: Model): string => {
  const { round, phase, pairsFrom, nextStart } = board.place
  const left = until(phase === "attest" ? pairsFrom : nextStart, board, model)
  const text = `${phase === "attest" ? "enrolling, pairs" : "pairing, next round"} in ${left}`
  return model.size.columns < 100 ? text : `round ${number(round)}: ${text}`
}

/** The first line: the program, the subnet, the block with its time, and the round. */
const headLine = (model: Model): Line => {
  const { board, netuid, size } = model
  const start = lineOf(bold(" gittensor"), dim(` subnet ${netuid}`))
  if (board === null) return ends(start, lineOf(dim(`${model.endpoint} `)), size.columns)
  const age = staleness(model)
  const head = lineOf(
    `   block ${number(board.block)} `,
    age > 0 ? coloured("yellow", `no block for ${duration(age)}`) : dim(clock(board.at, model))
  )
  return ends([...start, ...head], lineOf(dim(`${roundText(board, model)} `)), size.columns)
}

/** The second line: the viewer. */
const person = (model: Model): Line => {
  const { viewer, status, statusTrouble } = model
  if (viewer._tag === "Nobody") return lineOf(" ", coloured("yellow", `read-only: ${viewer.why}`))
  const me = lineOf(" ", bold(loginOf(model.known, viewer.hotkey) ?? shortHotkey(viewer.hotkey)))
  if (status === null)
    return [...me, ...lineOf("  ", statusTrouble === null ? dim("reading your status…") : coloured("yellow", statusTrouble))]
  if (status.uid === null) return [...me, ...lineOf("  ", coloured("yellow", "not registered on this subnet"))]
  const place = status.rank === null ? "no match yet" : `rank ${status.rank} of ${status.ranked}`
  const rated = ratingWords({ milliPoints: status.ratingMilliPoints, provisional: status.provisional })
  const isWide = model.size.columns >= 100
  const missing = status.linkUncertain ? "GitHub did not answer" : "GitHub not linked"
  const link = status.githubAccount === null ? lineOf(coloured("yellow", `  ${missing}`)) : []
  return [
    ...me,
    ...lineOf(`  UID ${status.uid}  `, "rating ", bold(rated), `, ${place}`),
    ...link,
    ...lineOf(`  matches ${status.running}/${status.maxCompetitions}`),
    ...(statusTrouble === null ? [] : lineOf("  ", coloured("yellow", `as of block ${number(status.block)}: ${statusTrouble}`))),
    ...(isWide ? lineOf(`  free collateral ${alphaShort(status.collateral.free)}`) : [])
  ]
}

const rule = (width: number): Line => lineOf(dim("─".repeat(width)))

/** A horizontal line with a title. */
export const titled = (title: string | Line, width: number): Line => {
  if (title.length === 0) return rule(width)
  const words = typeof title === "string" ? lineOf(bold(title)) : title
  const line = [span(" "), ...words, span(" ")]
  return clipLine([...lineOf(dim("──")), ...line, ...rule(Math.max(0, width - 2 - lineWidth(line)))], width)
}

export const header = (model: Model): ReadonlyArray<Line> => [
  clipLine(headLine(model), model.size.columns),
  clipLine(person(model), model.size.columns)
]

/** The age of what the last screen showed. */
export const asOf = ({ at }: Remembered, { now, ahead }: Model): string => `as of ${duration(now - (ahead ?? 0) - at)} ago`

const TONES = { good: "green", bad: "red", plain: undefined, busy: "cyan" } as const satisfies Record<
  Notice["tone"],
  "green" | "red" | "cyan" | undefined
>

const noticeSpan = ({ tone, text }: Notice): Span => {
  const colour = TONES[tone]
  return colour === undefined ? span(text) : coloured(colour, text)
}

/** The confirmation question, with an enrolment's possible costs. */
const questionText = (model: Model): string => {
  const { question, board } = model
  const issue = board?.issues.find(({ id }) => id === question?.issue)
  if (question === null || board === null || issue === undefined) return ""
  const name = `issue ${issue.id} (${issue.repository}#${issue.number})`
  if (question.choice === "skip") return `Skip ${name}? It costs nothing, and says that you are online but do not want this one.`
  const collateral = collateralAsked(issue.bounty, board.collateralBps)
  const again = wordOn(model, issue.id)?.choice === "enrol" ? "Enrol again" : "Enrol"
  const risk =
    collateral === 0n
      ? "A match locks no collateral at present."
      : `If you are paired, ${alpha(collateral)} of your collateral is locked, and losing costs ${shareText(board.slashBps)} of that.`
  return `${again} for ${name}, ${alpha(issue.bounty)}? Enrolling costs nothing. ${risk}`
}

/** The lines above the keys: a question, the last notice, or a problem of the chain or of the token, which is there on every page. */
export const notices = (model: Model): ReadonlyArray<Line> => {
  const { question, trouble, notice, board, known, remembered, size } = model
  const width = size.columns - 2
  if (question !== null) {
    const lines = wrap(questionText(model), width)
    const asked = lines.map((line) => lineOf(" ", span(line, { bold: true })))
    return [...asked, lineOf(" ", bold("y"), " yes   ", bold("n"), " no")]
  }
  if (notice !== null)
    return wrap(notice.text, width)
      .slice(0, 3)
      .map((line) => lineOf(" ", noticeSpan({ ...notice, text: line })))
  if (trouble !== null)
    return wrap(board === null ? trouble : `not up to date: ${trouble}`, width)
      .slice(0, 2)
      .map((line) => lineOf(" ", coloured("red", line)))
  const old = board === null || remembered === null ? [] : [lineOf(" ", dim(`some titles and names are ${asOf(remembered, model)}`))]
  const refused = known.isRefused ? wrap(`GitHub does not know the token: ${UNKNOWN_TOKEN}`, width) : []
  return old.length + refused.length === 0 ? [[]] : [...old, ...refused.map((line) => lineOf(" ", coloured("yellow", line)))]
}

const LIST_KEYS = [
  ["↑↓", "move"],
  ["e", "enrol"],
  ["s", "skip"],
  ["w", "watch"],
  ["o", "open"],
  ["f /", "filter"],
  ["m", "mine"]
] as const
const LAST_KEYS = [
  ["?", "help"],
  ["q", "quit"]
] as const

const KEYS = {
  Issues: [...LIST_KEYS, ...LAST_KEYS],
  Competition: [
    ["esc", "back"],
    ["↑↓", "scroll"],
    ["n", "next match"],
    ["o", "issue"],
    ["p", "pull request"],
    ["r", "refresh"],
    ...LAST_KEYS
  ],
  Help: [["any key", "back"]],
  Search: [
    ["type", "to search"],
    ["↑↓", "move"],
    ["enter", "keep"],
    ["esc", "clear"]
  ]
} as const

const keyLine = (pairs: ReadonlyArray<readonly [string, string]>): Line =>
  pairs.flatMap(([key, word]) => lineOf(" ", bold(key), dim(` ${word} `)))

/** The last line: as many keys as fit, always including the key to quit. */
export const keys = ({ page, size, question, isSearching }: Model): Line => {
  if (question !== null) return []
  if (isSearching) return keyLine(KEYS.Search)
  const all = KEYS[page._tag]
  if (page._tag === "Help") return keyLine(all)
  const others = all.slice(0, -LAST_KEYS.length)
  const fits = (count: number) => lineWidth(keyLine([...others.slice(0, count), ...LAST_KEYS])) <= size.columns
  const count = others.findLastIndex((_, index) => fits(index + 1)) + 1
  return keyLine([...others.slice(0, count), ...LAST_KEYS])
}
