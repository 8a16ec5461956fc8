/** The page with the list of issues, and the details of the selected one below. */

import { collateralAsked } from "../../../domain/Collateral.ts"
import { bar } from "../../../layers/machine/terminal/screen/bar.ts"
import {
  across,
  bold,
  clipLine,
  dim,
  type Line,
  lineOf,
  type Span,
  type Style,
  span
} from "../../../layers/machine/terminal/screen/line.ts"
import { alignLeft, clip, right, widthOf, wrap } from "../../../layers/machine/terminal/screen/text.ts"
import { runningPhaseAt } from "../../../roles/miner/contractRules.ts"
import { countedNoun } from "../../../story/figures.ts"
import type { Board, BoardIssue, BoardMatch, RatedMiner } from "./board.ts"
import { DETAIL_ROWS, detailRows, isIn, listedIssues, listRows, type Model, matchOn, nameOf, selectedIn, wordOn } from "./model.ts"
import { asOf, titled } from "./parts.ts"
import { alpha, alphaShort, moment, number, percent, ratingWords, until } from "./words.ts"

const runningState = (match: BoardMatch, board: Board, left: (block: number) => string): readonly [string, Style] => {
  switch (runningPhaseAt(match, board.block)) {
    case "window":
      return [`no PRs ${left(match.submissionsFrom)}`, { colour: "cyan" }]
    case "submissions":
      return [`PRs ${left(match.deadline)}`, { colour: "cyan" }]
    case "grace":
      return [`votes ${left(match.expiresFrom)}`, { colour: "yellow" }]
    case "late":
      return ["expires", { colour: "yellow" }]
  }
}

/** An issue's state, with the remaining time. */
const stateOf = (issue: BoardIssue, board: Board, model: Model): readonly [string, Style] => {
  const left = (block: number) => until(block, board, model)
  const match = matchOn(model, issue)
  switch (issue.status) {
    case "Funding":
      return ["funding", { dim: true }]
    case "Open":
      return ["open", { colour: "green" }]
    case "Competing":
      return match === undefined ? ["competing", { colour: "cyan" }] : runningState(match, board, left)
    case "Solved":
      return ["to be paid", { colour: "yellow" }]
    default:
      return [issue.status.toLowerCase(), { dim: true }]
  }
}

/** How the viewer is involved in an issue. */
const mineOf = (issue: BoardIssue, model: Model): readonly [string, Style] => {
  const match = matchOn(model, issue)
  if (match !== undefined && isIn(model.viewer, match)) return ["competing", { bold: true, colour: "cyan" }]
  const word = wordOn(model, issue.id)
  if (word === undefined) return ["-", { dim: true }]
  if (word.choice === null) return ["attested", { colour: "green" }]
  const asked = model.status?.validatorsAnswering ?? 0
  return [
    `${word.choice === "enrol" ? "enrolled" : "skip"} ${word.heldBy.length}/${asked}`,
    word.choice === "enrol" ? { colour: "green" } : {}
  ]
}

interface Column {
  readonly title: string
  readonly width: number
  readonly align: "left" | "right"
  readonly cell: (issue: BoardIssue, board: Board, model: Model) => ReadonlyArray<Span>
}

const fittedText = (text: string, { width, align }: Pick<Column, "width" | "align">): string =>
  align === "left" ? alignLeft(text, width) : right(text, width)

type Words = string | readonly [string, Style]

const text = (
  title: string,
  width: number,
  align: Column["align"],
  of: (issue: BoardIssue, board: Board, model: Model) => Words
): Column => ({
  title,
  width,
  align,
  cell: (issue, board, model) => {
    const words = of(issue, board, model)
    return [typeof words === "string" ? span(fittedText(words, { width, align })) : span(fittedText(words[0], { width, align }), words[1])]
  }
})

/** Minimum width of the issue's name. */
const LEAST_NAME = 14
/** The width for which columns are dropped, the first of these first: from 80 columns on it has room for the beginning of a title. */
const leastName = (width: number): number => (width < 80 ? LEAST_NAME : 32)
/** Shorter parts of a title are not shown. */
const LEAST_TITLE = 10
const DROPPED_COLUMNS = ["enrolled", "funded", "you", "bounty"]

/** The width that is left for the name. A space follows each column and the selection mark. */
const roomFor = (columns: ReadonlyArray<Column>, width: number): number =>
  width - 3 - columns.reduce((sum, column) => sum + column.width + 1, 0)

/** Shortens a name that is too long, but keeps the issue's number. */
const nameIn = (repository: string, number: number, width: number): string => {
  const end = `#${number}`
  return `${clip(repository, Math.max(1, width - end.length))}${end}`
}

/** The issue's name, and as much of its title as fits; a title that does not fit gets a line of its own below where all have room for one. */
const titledName = ({ id, repository, number }: BoardIssue, { known }: Model, width: number, hasRoomBelow: boolean) => {
  const title = known.titles.get(id)
  const name = nameIn(repository, number, width)
  const room = width - widthOf(name) - 2
  if (title === undefined || widthOf(title) <= room) return { name: title === undefined ? name : `${name}  ${title}`, below: "" }
  return hasRoomBelow ? { name, below: title } : { name: room < LEAST_TITLE ? name : `${name}  ${clip(title, room)}`, below: "" }
}

/** Who is enrolled for an issue: their number, their UIDs, or their names. */
const enrolledText = ({ enrolled, status }: BoardIssue, model: Model): string => {
  const { columns } = model.size
  if (status !== "Open") return "-"
  return columns < 110 || enrolled.length === 0
    ? String(enrolled.length)
    : enrolled.map((one) => (columns < 150 ? one.uid : nameOf(one, model))).join(columns < 150 ? " " : ", ")
}

/** The columns for a screen. The issue's name gets the width that the others leave. */
const columnsFor = (model: Model, issues: ReadonlyArray<BoardIssue>, hasRoomBelow: boolean) => {
  const width = model.size.columns
  const isWide = width >= 110
  const fundedWidth = isWide ? 16 : 6
  const funded: Column = {
    title: "funded",
    width: fundedWidth,
    align: "right",
    cell: ({ funded, bounty }) => {
      const shown = span(right(percent(funded, bounty), isWide ? 5 : fundedWidth))
      return isWide ? [...bar(funded, bounty, 11, "green"), shown] : [shown]
    }
  }
  const longest = Math.max(8, ...issues.map((issue) => widthOf(enrolledText(issue, model))))
  const fixed = [
    text("id", 4, "right", ({ id }) => String(id)),
    text("bounty", 10, "right", ({ bounty }) => alphaShort(bounty)),
    funded,
    text("state", 15, "left", stateOf),
    text("enrolled", Math.min(longest, width < 150 ? 16 : 36), "right", (issue) => [
      enrolledText(issue, model),
      issue.status === "Open" ? {} : { dim: true }
    ]),
    text("you", 12, "left", (issue, _, model) => mineOf(issue, model))
  ]
  // A narrow screen drops columns whose content the details below the list show too.
  const kept = DROPPED_COLUMNS.reduce(
    (columns, title) => (roomFor(columns, width) < leastName(width) ? columns.filter((one) => one.title !== title) : columns),
    fixed
  )
  const room = Math.max(LEAST_NAME, roomFor(kept, width))
  const named = (issue: BoardIssue) => titledName(issue, model, room, hasRoomBelow)
  const name = text("issue", room, "left", (issue) => named(issue).name)
  const [id, ...others] = kept
  return { columns: id === undefined ? [name] : [id, name, ...others], below: (issue: BoardIssue) => named(issue).below }
}

const joinCells = (cells: ReadonlyArray<ReadonlyArray<Span>>): Line =>
  cells.flatMap((cell, index) => (index === 0 ? cell : [span(" "), ...cell]))

const row = (columns: ReadonlyArray<Column>, issue: BoardIssue, board: Board, model: Model, isSelected: boolean): Line => {
  const width = model.size.columns
  const cells = joinCells(columns.map(({ cell }) => cell(issue, board, model)))
  const line = clipLine([span(isSelected ? "▸ " : "  ", { bold: true }), ...cells], width)
  return isSelected ? across(line, width, { inverse: true }) : line
}

const EMPTY_TEXTS = {
  all: "There are no issues now. New ones appear here as soon as the subnet's owner registers them.",
  takes: "No issue accepts enrolments now: each is being solved or waits for its payment. Press f for all issues.",
  mine: "You are not involved in any issue yet. Press f for all issues, and e on one to enrol."
} as const

const NOT_FOUND = "No issue of the list has these words in its repository, number or title, or among its miners. Esc clears the search."

const TITLES = { all: "All issues", takes: "Issues to enrol for", mine: "My issues" } as const

const ratedName = (one: RatedMiner, model: Model): string => `${nameOf(one, model)} (${ratingWords(one)})`

/** A round draws pairs only from fields of a minimum size. */
const fieldText = ({ field }: BoardIssue, { fieldNeeded }: Board): string =>
  field < fieldNeeded ? `; no pair from a field of ${field}, ${fieldNeeded} needed` : `; field of ${field}, ${fieldNeeded} needed`

const enrolledLine = (issue: BoardIssue, board: Board, model: Model): string => {
  const { enrolled, skipped, status } = issue
  if (status === "Funding") return "Enrolled: validators attest once the bounty is full."
  if (status !== "Open") return ""
  const pass = skipped.length === 0 ? "" : `; passing: UID ${skipped.join(", ")}`
  if (enrolled.length > 0) return `Enrolled: ${enrolled.map((one) => ratedName(one, model)).join(", ")}${pass}${fieldText(issue, board)}`
  return board.place.phase === "attest" ? `Enrolled: nobody attested yet in this round${pass}` : `Enrolled: nobody in this round${pass}`
}

const mineLine = (issue: BoardIssue, model: Model): string => {
  const word = wordOn(model, issue.id)
  if (model.status === null || word === undefined) return ""
  const held = `held by ${word.heldBy.length} of ${model.status.validatorsAnswering} validators that respond`
  // Validators attest enrolments on open issues only.
  const attested = issue.status === "Open" ? [`attested by ${percent(word.attestedWeight, word.totalWeight)} of the stake`] : []
  const what = word.choice === null ? "You: on the chain" : `You: ${word.choice === "enrol" ? "enrolled" : "skipping"}`
  const end = word.validUntil === null || model.board === null ? "" : ` until ${moment(word.validUntil, model.board, model)}`
  return [`${what}${end}`, ...(word.choice === null ? [] : [held]), ...attested].join(", ")
}

const matchLine = (issue: BoardIssue, board: Board, model: Model): string => {
  const match = matchOn(model, issue)
  if (match === undefined) return ""
  const who = `Match ${match.id}: ${ratedName(match.a, model)} against ${ratedName(match.b, model)}`
  if (match.status._tag === "Won") return `${who}; won by pull request #${match.status.pullRequest}`
  return runningPhaseAt(match, board.block) === "window"
    ? `${who}; pull requests from ${moment(match.submissionsFrom, board, model)}`
    : `${who}; deadline ${moment(match.deadline, board, model)}`
}

/** The beginning of an issue's text in the remaining rows. The last row shows if there is more. */
const excerptLines = (excerpt: string | undefined, width: number, rows: number): ReadonlyArray<string> => {
  const lines = excerpt === undefined ? [] : wrap(excerpt, width)
  return lines.length <= rows ? lines : lines.slice(0, rows).map((line, index) => (index === rows - 1 ? clip(`${line} …`, width) : line))
}

/** The details of the selected issue, in a fixed number of lines so that the list above does not jump. */
const detail = (issue: BoardIssue | undefined, board: Board, model: Model): ReadonlyArray<Line> => {
  const width = model.size.columns
  if (issue === undefined) return [titled("", width)]
  const issueTitle = model.known.titles.get(issue.id)
  const title = lineOf(
    bold(`${issue.repository}#${issue.number}`),
    dim(`  issue ${issue.id}`),
    issueTitle === undefined ? "" : `  ${issueTitle}`
  )
  const tries = issue.attempts === 0 ? "" : `, ${countedNoun(issue.attempts, "expired match", "expired matches")}`
  const collateral = collateralAsked(issue.bounty, board.collateralBps)
  const money = `Bounty ${alpha(issue.bounty)}, ${issue.funded >= issue.bounty ? "filled" : `${alpha(issue.funded)} funded`}${tries}; collateral ${collateral === 0n ? "none" : alpha(collateral)}`
  const lines = [money, matchLine(issue, board, model), enrolledLine(issue, board, model), mineLine(issue, model)]
    .filter((line) => line !== "")
    .flatMap((line) => wrap(line, width - 3).map((part, index) => (index === 0 ? ` ${part}` : `   ${part}`)))
    .slice(0, DETAIL_ROWS - 1)
  const excerpt = excerptLines(model.known.excerpts.get(issue.id), width - 2, DETAIL_ROWS - 1 - lines.length)
  return [titled(title, width), ...lines.map((line) => lineOf(line)), ...excerpt.map((line) => lineOf(dim(` ${line}`)))]
}

/** Until the chain has answered: what the last screen showed, if anything. */
const loadingLines = (model: Model, rows: number): ReadonlyArray<Line> => {
  const { endpoint, remembered, size, trouble } = model
  const what = trouble === null ? `Connecting to ${endpoint} …` : `${endpoint} does not answer; trying again.`
  if (remembered === null) return [titled("Issues", size.columns), [], lineOf(dim(` ${what}`))]
  const title = lineOf(bold("Issues"), dim(`  ${asOf(remembered, model)}. ${what}`))
  return [titled(title, size.columns), ...remembered.list.slice(0, rows).map((line) => lineOf(dim(line)))]
}

/** The rows below the header: the list's title and head, the list, the details. */
export const issuesPage = (model: Model): ReadonlyArray<Line> => {
  const { board, size, top } = model
  const { columns: width } = size
  const rows = listRows(size)
  if (board === null) return loadingLines(model, rows + 1 + detailRows(size))
  const issues = listedIssues(model)
  const selected = selectedIn(model, issues)
  const from = issues.length > rows ? dim(`  ${number(top + 1)}-${number(Math.min(issues.length, top + rows))}`) : span("")
  const { search, isSearching } = model
  const sought = isSearching || search !== "" ? [span("  /"), bold(search), span(isSearching ? "▏" : "")] : []
  const title = lineOf(bold(TITLES[model.filter]), ...sought, dim(`  ${number(issues.length)} of ${number(board.issues.length)}`), from)
  const inSight = issues.slice(top, top + rows)
  const { columns, below } = columnsFor(model, inSight, issues.length * 2 <= rows)
  const head = columns.map((column) => [span(fittedText(column.title, column), { dim: true })])
  const shown = inSight.flatMap((issue) => {
    const title = below(issue)
    const line = row(columns, issue, board, model, issue === selected)
    return title === "" ? [line] : [line, lineOf(dim(clip(`       ${title}`, width)))]
  })
  const list =
    issues.length === 0 ? wrap(search === "" ? EMPTY_TEXTS[model.filter] : NOT_FOUND, width - 4).map((line) => lineOf("  ", line)) : shown
  const padded = Array.from({ length: rows }, (_, index) => list[index] ?? [])
  return [
    titled(title, width),
    clipLine([span("  "), ...joinCells(head)], width),
    ...padded,
    ...(detailRows(size) > 0 ? detail(selected, board, model) : [])
  ]
}
