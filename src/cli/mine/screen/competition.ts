/** The page of one match: leader, clock, both sides, their progress or validators' votes, pull requests, and play-by-play. */
import { bar } from "../../../layers/machine/terminal/screen/bar.ts"
import {
  across,
  bold,
  clipLine,
  coloured,
  dim,
  ends,
  type Line,
  lineOf,
  lineWidth,
  type Span,
  type Style,
  span
} from "../../../layers/machine/terminal/screen/line.ts"
import { alignLeft, clip, right, wrap } from "../../../layers/machine/terminal/screen/text.ts"
import { settlingText } from "../../../roles/miner/ballot.ts"
import { choiceText } from "../../../story/choices.ts"
import { clockOf } from "../../../story/clock.ts"
import type { SideName } from "../../../story/competitor.ts"
import { findingText, rankOfFinding } from "../../../story/findings.ts"
import { oddsNow, oddsWords } from "../../../story/odds.ts"
import { pullSigns } from "../../../story/pullSigns.ts"
import { leftUntil } from "../../../story/time.ts"
import type { Board, BoardMatch, RatedMiner } from "./board.ts"
import { hotkeyOf, type Model, nameOf } from "./model.ts"
import { titled } from "./parts.ts"
import { stepsOf } from "./playByPlay.ts"
import { type State, sideOfHotkey, stateOf } from "./scoreboard.ts"
import { trackLines } from "./track.ts"
import { alpha, blockAndTime, clock, number, percent, ratingWords, shareText, shortHotkey } from "./words.ts"

const SIDES = { a: "cyan", b: "yellow" } as const satisfies Record<SideName, Style["colour"]>
const TONES = { good: "green", bad: "red", waiting: "yellow" } as const
const FINDING_TONES = ["bad", "waiting", "good"] as const

const inColour = (side: SideName | null, style: Style = {}): Style => (side === null ? style : { ...style, colour: SIDES[side] })

/** Below this number of columns, optional words are left out. */
const NARROW_COLUMNS = 78

const centred = (words: Span, width: number): Line => [span(" ".repeat(Math.max(0, Math.floor((width - lineWidth([words])) / 2)))), words]

/** The match to show, with the layout's parameters. */
interface ShownMatch {
  readonly match: BoardMatch
  readonly board: Board
  readonly model: Model
  readonly state: State
  readonly width: number
}

const isViewer = ({ hotkey }: RatedMiner, model: Model): boolean => hotkey !== null && hotkey === hotkeyOf(model.viewer)

const nameText = (one: RatedMiner, model: Model): string => `${nameOf(one, model)}${isViewer(one, model) ? ", you" : ""}`

/** A line with a left-aligned and a right-aligned span. */
const mirrored = (start: Span, end: Span, width: number): Line => {
  const half = Math.floor(width / 2)
  return [span("  "), { ...start, text: alignLeft(start.text, half - 2) }, { ...end, text: right(end.text, width - half - 2) }]
}

/** The issue's title, and the match's state in words. */
const headLines = ({ match, model, state: { scoreboard }, width }: ShownMatch): ReadonlyArray<Line> => {
  const title = model.known.titles.get(match.issue)
  return [
    ...(title === undefined ? [] : [lineOf("  ", clip(title, width - 4))]),
    ...wrap(scoreboard.headline, width - 4).map((line) => lineOf("  ", span(line, inColour(scoreboard.leader, { bold: true }))))
  ]
}

const endOf = ({ status }: BoardMatch): number | null => (status._tag === "Running" ? null : status.at)

/** For how long a new estimate is marked, in milliseconds. */
const NEW_FOR = 10_000

/** The match's clock: it runs down by itself until the estimate is re-based. */
const clockLine = ({ match, board, model, state, width }: ShownMatch): Line => {
  const found = clockOf(state.scoreboard)
  const at = (block: number) => blockAndTime(block, board, model)
  const isNew = model.rebasedAt !== null && model.now - model.rebasedAt < NEW_FOR
  switch (found._tag) {
    case "Left": {
      const left = leftUntil(found.block, board.block, board.pace, model.now)
      return clipLine(lineOf("  ", bold(left), ` ${found.what}`, dim(`  ${at(found.block)}${isNew ? ", a new estimate" : ""}`)), width)
    }
    case "Deciding":
      return clipLine(lineOf("  ", bold(found.what), dim(`  at the latest until ${at(found.block)}`)), width)
    case "Overdue":
      return clipLine(lineOf("  ", coloured("yellow", found.what)), width)
    case "Ended": {
      const end = endOf(match)
      return clipLine(lineOf("  ", dim(end === null ? "" : `ended ${at(end)}`)), width)
    }
  }
}

/** A side's rating. Before the first pull request also the odds, and later, while the match runs, the points at stake. */
const ratingText = ({ match, state: { scoreboard, pulls }, width }: ShownMatch, side: SideName): string => {
  const shown = `${width < NARROW_COLUMNS ? "" : "rating "}${ratingWords(match[side])}`
  // The board has ratings of now, which later matches may have changed.
  if (match.status._tag !== "Running") return `${shown} now`
  const { win, loss } = scoreboard[side].points
  const odds = Math.round((side === "a" ? match.expectedA : 1_000_000 - match.expectedA) / 10_000)
  if (scoreboard[side].fate !== null) return shown
  return (pulls === null || pulls.length === 0) && scoreboard.leader === null
    ? `${shown}, pre-match odds ${odds}%`
    : `${shown}, +${win.toFixed(1)} / −${Math.abs(loss).toFixed(1)}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The leader and the reason on the leader's side, or in the middle without a leader; after the end, the winner. */
const standingLines = ({ state: { scoreboard, shownMatch }, width }: ShownMatch): ReadonlyArray<Line> => {
  const { leader, standing } = scoreboard
  const room = width - 4
  const onSide = (text: string, side: SideName, style: Style): ReadonlyArray<Line> =>
    wrap(text, room).map((line) => lineOf("  ", span(side === "a" ? line : right(line, room), style)))
  if (shownMatch.winner != null) return onSide("Winner", shownMatch.winner, { bold: true, colour: "green" })
  if (standing === null) return [[]]
  return leader === null ? [centred(bold(standing), width)] : onSide(capital(standing), leader, { colour: SIDES[leader] })
}

/** What became of the beaten side, on that side. */
const fateLines = ({ state: { scoreboard }, width }: ShownMatch): ReadonlyArray<Line> => {
  const { a, b } = scoreboard
  return a.fate === null && b.fate === null ? [] : [mirrored(dim(a.fate ?? ""), dim(b.fate ?? ""), width)]
}

const sideLines = (shown: ShownMatch): ReadonlyArray<Line> => {
  const { match, model, width } = shown
  const name = (side: SideName) => span(nameText(match[side], model), inColour(side, { bold: true }))
  return [
    mirrored(name("a"), name("b"), width),
    mirrored(dim(ratingText(shown, "a")), dim(ratingText(shown, "b")), width),
    ...standingLines(shown),
    ...oddsLines(shown),
    ...fateLines(shown)
  ]
}

/** The odds of the match, with the same figures as the web page. */
const oddsLines = ({ match, board, model, state: { shownMatch }, width }: ShownMatch): ReadonlyArray<Line> => {
  const odds = oddsNow(shownMatch, board.block)
  if (odds === null) return []
  const words = `to win: ${oddsWords(odds, { a: nameOf(match.a, model), b: nameOf(match.b, model) })}`
  return wrap(words, width - 4).map((line) => centred(dim(line), width))
}

/** The weight that a choice needs to win, in the votes' unit. */
const weightToWin = ({ ballot: { totalWeight } }: BoardMatch, { quorumBps }: Board): bigint => (totalWeight * BigInt(quorumBps)) / 10_000n

/** The names of the two sides; for any other account, including their coldkeys, the shortened address. */
const namesOf =
  (match: BoardMatch, model: Model) =>
  (account: string): string => {
    const side = sideOfHotkey(match, account)
    return side === null ? shortHotkey(account) : nameOf(match[side], model)
  }

/** Validators' votes; before the first vote, both sides' progress. */
const courseLines = ({ match, board, model, state, width }: ShownMatch): ReadonlyArray<Line> => {
  if (match.votes.length === 0) return trackLines(state.scoreboard, width)
  const nameOf = namesOf(match, model)
  const title = titled(lineOf(bold("Votes"), dim(`  a choice needs ${shareText(board.quorumBps)} of the weight`)), width)
  const words = Math.min(40, Math.floor(width / 2) - 2)
  return [
    title,
    ...match.votes
      .slice(0, 4)
      .map(({ choice, weight, validators, since }) =>
        lineOf(
          `  ${alignLeft(choiceText(choice, nameOf), words)} `,
          ...bar(weight, match.ballot.totalWeight, Math.max(5, width - words - 24), "green", weightToWin(match, board)),
          ` ${right(percent(weight, match.ballot.totalWeight), 4)} `,
          dim(`${validators} v ${right(number(board.block - since), 7)}`)
        )
      ),
    ...wrap(settlingText(match.ballot, nameOf), width - 4).map((line) => lineOf("  ", dim(line)))
  ]
}

/** One line per pull request. Validators' findings get a line of their own if there is no room. */
const pullLines = ({ match, model: { known }, state: { pulls, scoreboard }, width }: ShownMatch): ReadonlyArray<Line> => {
  const why = known.isRefused ? "GitHub does not know the token" : "they take a token, GITTENSOR_GITHUB_TOKEN"
  if (pulls === null) return wrap(`pull requests are not known: ${why}`, width - 4).map((line) => lineOf("  ", dim(line)))
  const ofSide = (side: SideName): ReadonlyArray<Line> => {
    const own = (pulls ?? []).filter(({ hotkey }) => sideOfHotkey(match, hotkey) === side)
    const { name, pull: best, finding } = scoreboard[side]
    if (own.length === 0) return [lineOf("  ", span(name, inColour(side)), dim("  no pull request"))]
    return own.flatMap((pull): ReadonlyArray<Line> => {
      const signs = pullSigns(pull).flatMap(({ text, tone }) => [span(" · "), span(text, { colour: TONES[tone] })])
      const state = span(pull.early === true ? "too early" : pull.state, pull.early === true ? { colour: "red" } : {})
      const start = lineOf("  ", span(name, inColour(side)), bold(` #${pull.number} `), state, ...signs)
      const shown = pull.number === best ? finding : null
      const tone = FINDING_TONES[Math.sign(rankOfFinding(shown)) + 1] ?? "waiting"
      const found = shown === null ? [] : [span(findingText(shown), { colour: TONES[tone] })]
      const size = dim(`  +${number(pull.additions)} −${number(pull.deletions)}  ${pull.title}`)
      const whole = [...start, ...found.flatMap((one) => [span(" · "), one])]
      return lineWidth(whole) <= width
        ? [clipLine([...whole, size], width)]
        : [clipLine(start, width), clipLine(lineOf("    ", ...found), width)]
    })
  }
  return [...ofSide("a"), ...ofSide("b")]
}

const collateralText = ({ collateral, slash, status }: BoardMatch): string =>
  collateral === 0n || status._tag !== "Running"
    ? ""
    : `Each side has ${alpha(collateral)} of collateral at stake${slash === 0n ? "." : `; a loss costs ${alpha(slash)}.`}`

/** Plays, newest first, in the available rows. */
const playLines = ({ match, board, model, state, width }: ShownMatch, rows: number): ReadonlyArray<Line> => {
  const steps = stepsOf(match, board, state, model.known)
  const times = steps.map(({ at }) => (Number.isFinite(at) ? clock(at, model) : ""))
  const column = Math.max(0, ...times.map((time) => time.length))
  const lines = steps.slice(model.scroll).flatMap(({ side, text, isLead }, index) => {
    const style = inColour(side, isLead ? { bold: true } : {})
    return wrap(text, width - column - 7).map((part, row) =>
      lineOf(
        dim(`  ${alignLeft(row === 0 ? (times[model.scroll + index] ?? "") : "", column)} `),
        row === 0 && isLead ? bold("▸ ") : "  ",
        span(part, style)
      )
    )
  })
  const more = model.scroll > 0 || lines.length > rows ? dim(`  from ${number(model.scroll + 1)} of ${number(steps.length)}`) : span("")
  return [titled(lineOf(bold("Play by play"), more), width), ...lines.slice(0, rows)]
}

/** The winner banner, if the match was won while it was watched. Its colours are inverted every second. */
const winnerLines = ({ match, model, width, state: { shownMatch } }: ShownMatch): ReadonlyArray<Line> => {
  const { celebrated, now } = model
  if (celebrated === null || celebrated.match !== match.id || now >= celebrated.until || shownMatch.winner == null) return []
  const winner = match[shownMatch.winner]
  const words = span(`★  ${isViewer(winner, model) ? "You" : nameOf(winner, model)} won ${alpha(match.bounty)}  ★`)
  return [
    across(clipLine(centred(words, width), width), width, { bold: true, colour: "green", inverse: Math.floor(now / 1_000) % 2 === 0 })
  ]
}

const gone = (id: number, width: number): ReadonlyArray<Line> => [
  titled(`Match ${id}`, width),
  [],
  lineOf("  It will be loaded at the next block.")
]

/** The rows below the header, at most `rows`. */
export const competitionPage = (model: Model, id: number, rows: number): ReadonlyArray<Line> => {
  const { board, size, known, findings } = model
  const width = size.columns
  const match = board?.matches.get(id)
  if (board === null || match === undefined) return gone(id, width)
  const shown: ShownMatch = { match, board, model, width, state: stateOf(match, board, known, findings.get(id)) }
  const title = ends(lineOf(bold(`Match ${id}`), dim(`  ${match.repository}#${match.number}`)), lineOf(alpha(match.bounty)), width - 8)
  const collateral = collateralText(match)
  const top = [
    titled(title, width),
    ...winnerLines(shown),
    ...headLines(shown),
    clockLine(shown),
    [],
    ...sideLines(shown),
    ...courseLines(shown),
    [],
    ...pullLines(shown),
    ...(collateral === "" || rows < TALL ? [] : wrap(collateral, width - 4).map((line) => lineOf("  ", dim(line))))
  ]
  // On a low screen, empty lines are dropped first.
  const kept = top.length + PLAYS <= rows ? top : top.filter((line) => lineWidth(line) > 0)
  return [...kept, ...playLines(shown, Math.max(1, rows - kept.length - 1))].slice(0, rows)
}

/** Minimum rows for showing the collateral, and rows wanted for play-by-play. */
const [TALL, PLAYS] = [26, 4]
