/** Makes drawings from the index. */
import { Effect, Option } from "effect"
import { countedNoun, percent, shareOf, shortAlpha, wholeNumber } from "../../../story/figures.ts"
import { referenceOf } from "../../../story/names.ts"
import { clean } from "../../../story/sentence.ts"
import { stats } from "../queries/chain.ts"
import { findIssue } from "../queries/issues.ts"
import { type FoundMatch, findMatch, scoreboardIn } from "./match.ts"
import { drawGeneral, drawIssue, drawMatch, type Side } from "./picture/drawing.ts"
import { legible } from "./picture/letters.ts"

/** An issue's title for a picture; null where the font lacks its script, so that the issue's reference says more. */
const titleOf = (title: string | null): string | null => (title === null ? null : legible(clean(title)))

const matchDrawing = (match: FoundMatch): string => {
  const { competition } = match
  const board = scoreboardIn(match)
  const { a, b, bounty, issue, winner, status } = competition
  const side = (which: "a" | "b", one: FoundMatch["competition"]["a"]): Side => ({
    hotkey: one.hotkey,
    name: clean(board[which].name),
    rating: `${wholeNumber(Math.round(one.rating))}${one.provisional ? "?" : ""}${status === "Running" && board.leader === null ? ` · odds ${percent(one.expected)}` : ""}`,
    state: status === "Won" && winner !== null ? (winner === which ? "won" : "lost") : board.leader === which ? "leads" : "plain"
  })
  return drawMatch({
    a: side("a", a),
    b: side("b", b),
    phase: board.phaseText,
    isLive: status === "Running",
    headline: board.headline,
    vote: board.vote,
    reference: referenceOf(issue),
    title: titleOf(issue.title),
    bounty: shortAlpha(bounty)
  })
}

export const matchPicture = (id: number) => Effect.map(findMatch(id), Option.map(matchDrawing))

export const ISSUE_STATES = {
  Funding: "waits for funding",
  Open: "open: enrol now",
  Competing: "two miners compete",
  Solved: "solved",
  Paid: "solved and paid",
  Cancelled: "cancelled"
} as const

export const issuePicture = (id: number) =>
  Effect.map(
    findIssue(id),
    Option.map(({ repository, number, status, target, funded, github: { title } }) =>
      drawIssue({
        reference: referenceOf({ repository, number }),
        title: titleOf(title),
        state: ISSUE_STATES[status],
        isOpen: status === "Open" || status === "Competing" || status === "Funding",
        bounty: shortAlpha(target),
        funded: status === "Paid" ? 1 : shareOf(funded, target)
      })
    )
  )

const generalDrawing = ({ issues, competitions, bounties }: Effect.Effect.Success<typeof stats>): string =>
  drawGeneral([
    countedNoun(competitions.Running ?? 0, "live match", "live matches"),
    countedNoun((issues.Open ?? 0) + (issues.Funding ?? 0), "open bounty", "open bounties"),
    `${shortAlpha(bounties.paid, 0)} alpha paid`
  ])

export const generalPicture = Effect.map(stats, generalDrawing)
