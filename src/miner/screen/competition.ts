/** One head to head: two sides that mirror each other, the clock, the votes, and how it ended. */
import type { CancelReason, OutcomeChoice } from "../../contract-client/generated.ts"
import { bar } from "../../terminal/screen/bar.ts"
import { bold, centred, clipLine, coloured, dim, ends, type Line, lineOf, type Span, span } from "../../terminal/screen/line.ts"
import { left, right, wrap } from "../../terminal/screen/text.ts"
import { isPayable, runningPhaseAt } from "../contractRules.ts"
import type { Board, Match, Rated } from "./board.ts"
import { hotkeyOf, type Model } from "./model.ts"
import { titled } from "./parts.ts"
import { alpha, duration, moment, percent, rating, share, short, shortMoment, until } from "./words.ts"

const isViewer = ({ hotkey }: Rated, model: Model): boolean => hotkey !== null && hotkey === hotkeyOf(model.viewer)

const nameOf = (one: Rated, model: Model): Span =>
  isViewer(one, model) ? span(`UID ${one.uid}, you`, { bold: true, colour: "cyan" }) : bold(`UID ${one.uid}`)

/** The one on the left, the other on the right, a word between. */
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
  if (expectedA === null) return centred(lineOf(dim("no odds: one of them has left the subnet")), width)
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

const REASONS: Readonly<Record<CancelReason["_tag"], string>> = {
  Owner: "taken back by the owner",
  NotPlanned: "closed as not planned",
  Duplicate: "closed as a duplicate",
  Deleted: "deleted on GitHub",
  Transferred: "moved to another repository",
  RepositoryGone: "its repository is gone",
  SolvedOutside: "solved by somebody else",
  SubmittedTooEarly: "a pull request was opened too early",
  Reverted: "the solution was reverted or the issue reopened",
  PaymentImpossible: "the chain refuses to pay the winner"
}

const sideOf = (hotkey: string, { a, b }: Match): string =>
  hotkey === a.hotkey ? `UID ${a.uid}` : hotkey === b.hotkey ? `UID ${b.uid}` : short(hotkey)

const reasonText = (reason: CancelReason, match: Match): string =>
  reason._tag === "SubmittedTooEarly" ? `${sideOf(reason.hotkey, match)} opened its pull request too early` : REASONS[reason._tag]

const choiceText = (choice: OutcomeChoice, match: Match): string => {
  switch (choice._tag) {
    case "Solved":
      return `solved by ${sideOf(choice.hotkey, match)}, #${choice.pullRequest}`
    case "Unsolved":
      return "unsolved"
    case "PayTo":
      return `pay the winner on ${short(choice.coldkey)}`
    case "Cancelled":
      return `cancelled: ${reasonText(choice.reason, match)}`
  }
}

const running = (match: Match, board: Board, left: (block: number) => string): Line => {
  switch (runningPhaseAt(match, board.block)) {
    case "window":
      return lineOf(coloured("cyan", `Too early for pull requests: ${left(match.submissionsFrom)} to wait`))
    case "submissions":
      return lineOf(span(`Open for pull requests: ${left(match.deadline)} left`, { bold: true, colour: "green" }))
    case "grace":
      return lineOf(coloured("yellow", `The deadline is over; validators vote for ${left(match.outcomeUntil)} more`))
    case "late":
      return lineOf(coloured("yellow", "Over without a decision: anybody may let it expire now"))
  }
}

/** How it stands in one line, which nobody overlooks when it is over. */
const verdict = (match: Match, board: Board, model: Model): Line => {
  const { status, issueStatus, payableAt } = match
  const ends = (block: number) => duration(until(block, board, model))
  switch (status._tag) {
    case "Running":
      return running(match, board, ends)
    case "Won": {
      const winner = status.winner === 0 ? match.a : match.b
      const won = `${isViewer(winner, model) ? "You" : `UID ${winner.uid}`} won by pull request #${status.pullRequest}`
      if (issueStatus === "Cancelled") return lineOf(span(`${won}, but the verdict was taken back`, { bold: true, colour: "red" }))
      if (issueStatus === "Paid") return lineOf(span(`${won}: ${alpha(match.bounty)} paid`, { bold: true, colour: "green" }))
      const paid = isPayable(match, board.block) ? "may be paid now" : `paid in ${ends(payableAt ?? 0)} unless it is reverted`
      return lineOf(span(`${won}: ${alpha(match.bounty)} ${paid}`, { bold: true, colour: "green" }))
    }
    case "Expired":
      return lineOf(span("Expired: nobody solved it in time", { bold: true, colour: "red" }))
    case "Void":
      return lineOf(span(`Void: ${reasonText(status.reason, match)}`, { bold: true, colour: "red" }))
  }
}

/** Narrower than this there is no room for a moment's block and time both. */
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
  // What was to come when it ended did not come.
  const steps = planned.filter(([, block]) => block !== null && (ended === null || block <= ended || block === match.payableAt))
  const next = steps.findIndex(([, block]) => block !== null && block > board.block)
  return steps.map(([name, block], index) => step(name, block, index === next, board, model))
}

/** The weight that decides, in the unit of the votes. */
const needed = ({ totalWeight }: Match, { quorumBps }: Board): bigint => (totalWeight * BigInt(quorumBps)) / 10_000n

const votes = (match: Match, board: Board, width: number): ReadonlyArray<Line> => {
  if (match.status._tag !== "Running") return []
  const title = titled(lineOf(bold("Votes"), dim(`  ${share(board.quorumBps)} of the weight decide`)), width)
  if (match.votes.length === 0) return [title, lineOf(dim("  no validator has voted on the end yet"))]
  const words = Math.min(40, Math.floor(width / 2) - 2)
  return [
    title,
    ...match.votes
      .slice(0, 4)
      .map(({ choice, weight, validators }) =>
        lineOf(
          `  ${left(choiceText(choice, match), words)} `,
          ...bar(weight, match.totalWeight, Math.max(5, width - words - 16), "green", needed(match, board)),
          ` ${right(percent(weight, match.totalWeight), 4)} `,
          dim(`${validators} v`)
        )
      )
  ]
}

const collateral = ({ collateral, slash, status, issueStatus }: Match): string => {
  if (collateral === 0n) return "No collateral was asked for."
  const isSettled = status._tag === "Running" ? false : status._tag !== "Won" || issueStatus !== "Solved"
  return isSettled
    ? `Each had ${alpha(collateral)} of collateral locked; a loss or an expiry cost ${alpha(slash)}.`
    : `Each has ${alpha(collateral)} of collateral locked; a loss or an expiry costs ${alpha(slash)}.`
}

const gone = (id: number, width: number): ReadonlyArray<Line> => [
  titled(`Competition ${id}`, width),
  [],
  lineOf("  It is read at the next block.")
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
  return [
    titled(title, width),
    [],
    mirrored(nameOf(match.a, model), dim("against"), nameOf(match.b, model), width),
    mirrored(dim(short(match.a.hotkey, half)), span(""), dim(short(match.b.hotkey, half)), width),
    mirrored(span(`rating ${rating(match.a)}`), span(""), span(`rating ${rating(match.b)}`), width),
    oddsLine(match, width),
    [],
    clipLine([span("  "), ...verdict(match, board, model)], width),
    ...timeline(match, board, model),
    ...wrap(collateral(match), width - 4).map((line) => lineOf("  ", dim(line))),
    [],
    ...votes(match, board, width)
  ]
}
