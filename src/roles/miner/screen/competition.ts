/** The page of one competition: two mirrored sides, the clock, the votes, and the result. */

import { bar } from "../../../layers/terminal/screen/bar.ts"
import { bold, clipLine, coloured, dim, ends, type Line, lineOf, type Span, span } from "../../../layers/terminal/screen/line.ts"
import { clip, left, right, wrap } from "../../../layers/terminal/screen/text.ts"
import { cancelText, choiceText } from "../../../story/choices.ts"
import { decisionText } from "../../../story/reasons.ts"
import { isPayable, runningPhaseAt } from "../contractRules.ts"
import type { Board, Match, Rated } from "./board.ts"
import { hotkeyOf, type Model, nameOf } from "./model.ts"
import { titled } from "./parts.ts"
import { scoreboardAt } from "./scoreboard.ts"
import { alpha, duration, moment, percent, rating, share, short, shortMoment, until } from "./words.ts"

const isViewer = ({ hotkey }: Rated, model: Model): boolean => hotkey !== null && hotkey === hotkeyOf(model.viewer)

const nameSpan = (one: Rated, model: Model): Span =>
  isViewer(one, model) ? span(`${nameOf(one, model)}, you`, { bold: true, colour: "cyan" }) : bold(nameOf(one, model))

/** One span on the left, one on the right, and one between them. */
const mirrored = (start: Span, middle: Span, end: Span, width: number): Line => {
  const half = Math.floor((width - Bun.stringWidth(middle.text)) / 2)
  return [
    span("  "),
    { ...start, text: left(start.text, half - 2) },
    middle,
    { ...end, text: right(end.text, width - half - Bun.stringWidth(middle.text) - 2) }
  ]
}

const oddsLine = ({ expectedA }: Match, width: number): Line => {
  const ofA = Math.round(expectedA / 10_000)
  const cells = Math.max(4, width - 14)
  const filled = Math.round((expectedA * cells) / 1_000_000)
  return lineOf(
    `  ${left(`${ofA}%`, 4)} `,
    coloured("cyan", "█".repeat(filled)),
    coloured("yellow", "░".repeat(cells - filled)),
    ` ${right(`${100 - ofA}%`, 4)}`
  )
}

/** The names of the two sides; of anybody else, and of their coldkeys, the address, shortened. */
const namesOf =
  ({ a, b }: Match, model: Model) =>
  (account: string): string =>
    account === a.hotkey ? nameOf(a, model) : account === b.hotkey ? nameOf(b, model) : short(account)

const running = (match: Match, board: Board, left: (block: number) => string): Line => {
  switch (runningPhaseAt(match, board.block)) {
    case "window":
      return lineOf(coloured("cyan", `Too early for pull requests: wait ${left(match.submissionsFrom)}`))
    case "submissions":
      return lineOf(span(`Open for pull requests: ${left(match.deadline)} left`, { bold: true, colour: "green" }))
    case "grace":
      return lineOf(coloured("yellow", `The deadline has passed; validators can vote for another ${left(match.outcomeUntil)}`))
    case "late":
      return lineOf(coloured("yellow", "Ended without a decision: anybody may let it expire now"))
  }
}

/** The competition's state in one line, highlighted once it has ended. */
const verdict = (match: Match, board: Board, model: Model): Line => {
  const { status, issueStatus, payableAt, waiting } = match
  const ends = (block: number) => duration(until(block, board, model))
  if (waiting !== null) {
    const when = waiting.from <= board.block ? "takes effect now" : `takes effect in ${ends(waiting.from)}`
    return lineOf(coloured("yellow", `Decided ${decisionText(waiting.choice)}; ${when} unless it is taken back`))
  }
  switch (status._tag) {
    case "Running":
      return running(match, board, ends)
    case "Won": {
      const winner = status.winner === 0 ? match.a : match.b
      const won = `${isViewer(winner, model) ? "You" : nameOf(winner, model)} won by pull request #${status.pullRequest}`
      if (issueStatus === "Cancelled") return lineOf(span(`${won}, but the verdict was reverted`, { bold: true, colour: "red" }))
      if (issueStatus === "Paid") return lineOf(span(`${won}: ${alpha(match.bounty)} paid`, { bold: true, colour: "green" }))
      const paid = isPayable(match, board.block) ? "can be paid now" : `paid in ${ends(payableAt ?? 0)} unless it is reverted`
      return lineOf(span(`${won}: ${alpha(match.bounty)} ${paid}`, { bold: true, colour: "green" }))
    }
    case "Expired":
      return lineOf(span("Expired: nobody solved it in time", { bold: true, colour: "red" }))
    case "Void":
      return lineOf(span(`Void: ${cancelText(status.reason, namesOf(match, model))}`, { bold: true, colour: "red" }))
  }
}

/** Narrower screens show only the block or only the time of a date. */
const WHOLE_MOMENTS = 78

const step = (name: string, block: number | null, isLast: boolean, board: Board, model: Model): Line => {
  if (block === null) return []
  const isOver = block <= board.block
  const mark = isOver ? span("✓", { colour: "green" }) : span(isLast ? "▸" : "·", isLast ? { bold: true } : { dim: true })
  const text = `${left(name, 19)}${model.size.columns < WHOLE_MOMENTS ? shortMoment(block, board, model) : moment(block, board, model)}`
  return lineOf("  ", mark, " ", isOver ? dim(text) : text)
}

const timeline = (match: Match, board: Board, model: Model): ReadonlyArray<Line> => {
  const { status } = match
  const ended = status._tag === "Running" ? null : status.at
  const planned: ReadonlyArray<readonly [string, number | null]> = [
    ["started", match.startedAt],
    ["pull requests from", match.submissionsFrom],
    ["deadline", match.deadline],
    ...(ended === null
      ? [["last votes", match.outcomeUntil] as const]
      : [
          [status._tag === "Won" ? "verdict" : "ended", ended] as const,
          ["paid from", status._tag === "Won" && match.issueStatus !== "Cancelled" ? match.payableAt : null] as const
        ])
  ]
  // Leaves out the dates that the end made irrelevant.
  const steps = planned.filter(([, block]) => block !== null && (ended === null || block <= ended || block === match.payableAt))
  const next = steps.findIndex(([, block]) => block !== null && block > board.block)
  return steps.map(([name, block], index) => step(name, block, index === next, board, model))
}

/** The weight that a choice needs to win, in the unit of the votes. */
const needed = ({ totalWeight }: Match, { quorumBps }: Board): bigint => (totalWeight * BigInt(quorumBps)) / 10_000n

const votes = (match: Match, board: Board, model: Model, width: number): ReadonlyArray<Line> => {
  if (match.status._tag !== "Running") return []
  const title = titled(lineOf(bold("Votes"), dim(`  a choice wins with ${share(board.quorumBps)} of the weight`)), width)
  if (match.votes.length === 0) return [title, lineOf(dim("  no validator has voted on the outcome yet"))]
  const words = Math.min(40, Math.floor(width / 2) - 2)
  return [
    title,
    ...match.votes
      .slice(0, 4)
      .map(({ choice, weight, validators }) =>
        lineOf(
          `  ${left(choiceText(choice, namesOf(match, model)), words)} `,
          ...bar(weight, match.totalWeight, Math.max(5, width - words - 16), "green", needed(match, board)),
          ` ${right(percent(weight, match.totalWeight), 4)} `,
          dim(`${validators} v`)
        )
      )
  ]
}

const collateral = ({ collateral, slash, status, issueStatus }: Match): string => {
  if (collateral === 0n) return "No collateral is required."
  const isSettled = status._tag === "Running" ? false : status._tag !== "Won" || issueStatus !== "Solved"
  return isSettled
    ? `Each had ${alpha(collateral)} of collateral locked; losing cost ${alpha(slash)}.`
    : `Each has ${alpha(collateral)} of collateral locked; losing costs ${alpha(slash)}.`
}

/** The issue's title, who is ahead and why, and both ratings with what a win or a loss would change. */
const scoreLines = (match: Match, board: Board, model: Model, width: number) => {
  const { parts, leader, a, b } = scoreboardAt(match, board, model.known)
  const colour = leader === null ? {} : { colour: ({ a: "cyan", b: "yellow" } as const)[leader] }
  const title = model.known.titles.get(match.issue)
  const stakes = (one: Rated, { points: { win, loss } }: typeof a): string =>
    match.status._tag === "Running" && width >= WHOLE_MOMENTS
      ? `rating ${rating(one)}, +${win.toFixed(1)} or −${Math.abs(loss).toFixed(1)}`
      : `rating ${rating(one)}`
  return {
    headline: [
      ...(title === undefined ? [] : [lineOf("  ", clip(title, width - 4))]),
      ...wrap(parts.join(" · "), width - 4).map((line) => lineOf("  ", span(line, { bold: true, ...colour })))
    ],
    ratings: mirrored(span(stakes(match.a, a)), span(""), span(stakes(match.b, b)), width)
  }
}

const gone = (id: number, width: number): ReadonlyArray<Line> => [
  titled(`Competition ${id}`, width),
  [],
  lineOf("  It will be loaded at the next block.")
]

/** Rows below the header. */
export const competitionPage = (model: Model, id: number): ReadonlyArray<Line> => {
  const { board, size } = model
  const width = size.columns
  const match = board?.matches.get(id)
  if (board === null || match === undefined) return gone(id, width)
  const title = ends(
    lineOf(bold(`Competition ${id}`), dim(`  ${match.repository}#${match.number}`)),
    lineOf(alpha(match.bounty)),
    width - 8
  )
  const half = Math.floor(width / 2) - 6
  const { headline, ratings } = scoreLines(match, board, model, width)
  return [
    titled(title, width),
    ...headline,
    [],
    mirrored(nameSpan(match.a, model), dim("against"), nameSpan(match.b, model), width),
    mirrored(dim(short(match.a.hotkey, half)), span(""), dim(short(match.b.hotkey, half)), width),
    ratings,
    oddsLine(match, width),
    [],
    clipLine([span("  "), ...verdict(match, board, model)], width),
    ...timeline(match, board, model),
    ...wrap(collateral(match), width - 4).map((line) => lineOf("  ", dim(line))),
    [],
    ...votes(match, board, model, width)
  ]
}
