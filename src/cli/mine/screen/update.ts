/** The screen's state transitions. Pure: actions are returned as commands. */

import type { Choice } from "../../../domain/Enrolment.ts"
import { gitHubIssue, gitHubPull } from "../../../domain/gitHubAddress.ts"
import type { Key } from "../../../layers/machine/terminal/screen/Screen.ts"
import type { Board, BoardMatch } from "./board.ts"
import {
  type Command,
  type Event,
  filters,
  isIn,
  listedIssues,
  listRows,
  type Model,
  matchesIn,
  type Notice,
  selectedIn,
  takes
} from "./model.ts"
import { stepsOf } from "./playByPlay.ts"
import { rememberedTexts, withRemembered } from "./remembered.ts"
import { stateOf } from "./scoreboard.ts"

/** Plays per page when scrolling. */
const SCROLLED = 8

export interface Step {
  readonly model: Model
  readonly commands: ReadonlyArray<Command>
}

const still = (model: Model): Step => ({ model, commands: [] })
const stepWith = (model: Model, ...commands: ReadonlyArray<Command>): Step => ({ model, commands })
const withNotice = (model: Model, tone: Notice["tone"], text: string): Step => still({ ...model, notice: { tone, text } })

/** Scrolls the list so that the selected row is visible. */
const inView = (model: Model): Model => {
  const issues = listedIssues(model)
  const selected = selectedIn(model, issues)
  if (selected === undefined) return { ...model, selected: null, top: 0 }
  const [at, rows] = [issues.indexOf(selected), listRows(model.size)]
  const top = Math.max(Math.min(model.top, at, Math.max(0, issues.length - rows)), at - rows + 1)
  return { ...model, selected: selected.id, top }
}

const move = (model: Model, by: number): Step => {
  const issues = listedIssues(model)
  const selected = selectedIn(model, issues)
  if (selected === undefined) return still(model)
  const to = Math.min(issues.length - 1, Math.max(0, issues.indexOf(selected) + by))
  return still(inView({ ...model, selected: issues[to]?.id ?? selected.id }))
}

/** Asks for confirmation, unless the enrolment is known to be refused. */
const ask = (model: Model, choice: Choice): Step => {
  const issue = selectedIn(model, listedIssues(model))
  if (issue === undefined) return withNotice(model, "plain", "there is no issue to choose yet")
  if (model.busy) return withNotice(model, "busy", "please wait: the last enrolment is still being sent")
  if (model.viewer._tag !== "Key") return withNotice(model, "bad", model.viewer.why)
  if (model.status?.uid === null) return withNotice(model, "bad", "the hotkey is not registered on the subnet: register it first")
  if (!takes(issue)) return withNotice(model, "bad", `issue ${issue.id} is ${issue.status.toLowerCase()}: it takes no enrolments`)
  return still({ ...model, notice: null, question: { choice, issue: issue.id } })
}

const watch = (model: Model, competition: number): Step =>
  stepWith({ ...model, page: { _tag: "Competition", id: competition }, scroll: 0, notice: null }, { _tag: "Watch", competition })

const watchSelected = (model: Model): Step => {
  const issue = selectedIn(model, listedIssues(model))
  if (issue === undefined) return withNotice(model, "plain", "there is no issue to watch yet")
  if (issue.competition !== null && model.board?.matches.has(issue.competition)) return watch(model, issue.competition)
  return withNotice(
    model,
    "plain",
    `nobody competes for issue ${issue.id} yet: ${issue.status === "Funding" ? "its bounty is not filled" : "it is waiting for a pair"}`
  )
}

const nextMatch = (model: Model, id: number, by: 1 | -1): Step => {
  const ids = matchesIn(model).map((match) => match.id)
  const next = ids[(ids.indexOf(id) + by + ids.length) % ids.length]
  return next === undefined || next === id ? still(model) : watch(model, next)
}

const watchNextOwn = (model: Model): Step => {
  const own = matchesIn(model).find((match) => isIn(model.viewer, match) && match.status._tag === "Running")
  return own === undefined ? withNotice(model, "plain", "you are in no running match") : watch(model, own.id)
}

const stepsIn = (model: Model, match: BoardMatch, board: Board) =>
  stepsOf(match, board, stateOf(match, board, model.known, model.findings.get(match.id)), model.known)

/** The winner's pull request, else the one that validators vote for, else the leader's, else the newest. */
const pullToOpen = (model: Model, match: BoardMatch): number | null => {
  const { status, votes } = match
  if (status._tag === "Won") return status.pullRequest
  const voted = votes.flatMap(({ choice }) => (choice._tag === "Solved" ? [choice.pullRequest] : []))[0]
  if (voted !== undefined || model.board === null) return voted ?? null
  const { pulls, scoreboard } = stateOf(match, model.board, model.known, model.findings.get(match.id))
  return (scoreboard.leader === null ? null : scoreboard[scoreboard.leader].pull) ?? pulls?.at(-1)?.number ?? null
}

const open = (model: Model, address: string): Step => stepWith({ ...model, notice: null }, { _tag: "Open", address })

const back = (model: Model): Step => stepWith({ ...model, page: { _tag: "Issues" }, notice: null }, { _tag: "Watch", competition: null })

const answerKey = (model: Model, { name, shift }: Key): Step => {
  const { question } = model
  if (question === null) return still(model)
  if (name === "y" && !shift)
    return stepWith(
      {
        ...model,
        question: null,
        busy: true,
        notice: { tone: "busy", text: `${question.choice === "enrol" ? "enrolling for" : "skipping"} issue ${question.issue}…` }
      },
      { _tag: "Send", ...question }
    )
  const isNo = name === "n" || name === "escape" || name === "return" || name === "q"
  return isNo ? withNotice({ ...model, question: null }, "plain", "nothing was sent") : still(model)
}

/** Keys that act on what is listed. */
const ACTING: ReadonlySet<string> = new Set(["e", "s", "w", "return", "m", "o"])

const updateIssues = (model: Model, { name, shift }: Key): Step => {
  const page = listRows(model.size)
  // What the last screen showed may be over.
  if (model.board === null && ACTING.has(name)) return withNotice(model, "plain", "wait until the chain has answered")
  switch (name) {
    case "up":
    case "k":
      return move(model, -1)
    case "down":
    case "j":
      return move(model, 1)
    case "pageup":
      return move(model, -page)
    case "pagedown":
    case "space":
      return move(model, page)
    case "home":
      return move(model, -Infinity)
    case "end":
      return move(model, Infinity)
    case "g":
      return move(model, shift ? Infinity : -Infinity)
    case "e":
      return ask(model, "enrol")
    case "s":
      return ask(model, "skip")
    case "w":
    case "return":
      return watchSelected(model)
    case "m":
      return watchNextOwn(model)
    case "o": {
      const issue = selectedIn(model, listedIssues(model))
      return issue === undefined ? still(model) : open(model, gitHubIssue(issue.repository, issue.number))
    }
    case "f":
      return still(inView({ ...model, notice: null, filter: filters[(filters.indexOf(model.filter) + 1) % filters.length] ?? "all" }))
    case "/":
      return still({ ...model, notice: null, isSearching: true })
    case "escape":
      return still(inView({ ...model, notice: null, search: "" }))
    default:
      return still(model)
  }
}

/** Longest search. */
const MOST_SEARCHED = 60

/** A key of the search: Enter keeps it, Esc clears it, the arrows move the selection. */
const updateSearch = (model: Model, key: Key): Step => {
  const { name } = key
  const searching = (search: string) => still(inView({ ...model, search: [...search].slice(0, MOST_SEARCHED).join("") }))
  switch (name) {
    case "return":
    case "enter":
      return still({ ...model, isSearching: false })
    case "escape":
      return still(inView({ ...model, isSearching: false, search: "" }))
    case "backspace":
      return model.search === "" ? still({ ...model, isSearching: false }) : searching([...model.search].slice(0, -1).join(""))
    case "up":
    case "down":
      return move(model, name === "up" ? -1 : 1)
    case "space":
      return searching(`${model.search} `)
    default:
      return /^\P{C}$/u.test(name) ? searching(model.search + name) : still(model)
  }
}

/** Scrolls the play-by-play, at most to its last play. */
const scrolled = (model: Model, id: number, by: number): Step => {
  const match = model.board?.matches.get(id)
  const steps = model.board === null || match === undefined ? 0 : stepsIn(model, match, model.board).length
  return still({ ...model, scroll: Math.max(0, Math.min(model.scroll + by, steps - 1)) })
}

const updateCompetition = (model: Model, id: number, { name, shift }: Key): Step => {
  const match = model.board?.matches.get(id)
  switch (name) {
    case "n":
      return nextMatch(model, id, shift ? -1 : 1)
    case "pageup":
      return scrolled(model, id, -SCROLLED)
    case "pagedown":
    case "space":
      return scrolled(model, id, SCROLLED)
    case "home":
      return scrolled(model, id, -Infinity)
    case "end":
      return scrolled(model, id, Infinity)
    case "escape":
    case "left":
    case "backspace":
    case "w":
      return back(model)
    case "up":
    case "k":
      return scrolled(model, id, -1)
    case "down":
    case "j":
      return scrolled(model, id, 1)
    case "o":
      return match === undefined ? still(model) : open(model, gitHubIssue(match.repository, match.number))
    case "p": {
      const pullRequest = match === undefined ? null : pullToOpen(model, match)
      return match === undefined || pullRequest === null
        ? withNotice(model, "plain", "no pull request is known yet")
        : open(model, gitHubPull(match.repository, pullRequest))
    }
    default:
      return still(model)
  }
}

const typeKey = (model: Model, key: Key): Step => {
  const { name, ctrl } = key
  if (ctrl) {
    if (name === "c" || name === "d") return stepWith(model, { _tag: "Quit" })
    if (name === "l") return stepWith(model, { _tag: "Redraw" })
    if (name === "z") return stepWith(model, { _tag: "Suspend" })
    return still(model)
  }
  if (model.question !== null) return answerKey(model, key)
  if (model.isSearching) return updateSearch(model, key)
  if (model.page._tag === "Help") return still({ ...model, page: model.before })
  switch (name) {
    case "q":
      return stepWith(model, { _tag: "Quit" })
    case "?":
    case "h":
    case "f1":
      return still({ ...model, before: model.page, page: { _tag: "Help" } })
    case "r":
      return stepWith({ ...model, notice: { tone: "busy", text: "asking the chain and the validators…" } }, { _tag: "Refresh" })
    default:
      return model.page._tag === "Competition" ? updateCompetition(model, model.page.id, key) : updateIssues(model, key)
  }
}

/** Removes a "busy" notice once nothing is pending. */
const withoutBusyNotice = (model: Model): Model => (model.notice?.tone === "busy" && !model.busy ? { ...model, notice: null } : model)

/** Duration of the banner for a win that happened on screen. */
const CELEBRATED = 20_000

const celebrating = ({ page, board: before }: Model, board: Board, now: number): Pick<Model, "celebrated"> | undefined => {
  if (page._tag !== "Competition") return undefined
  const was = before?.matches.get(page.id)?.status._tag
  const is = board.matches.get(page.id)?.status._tag
  return was === "Running" && is === "Won" ? { celebrated: { match: page.id, until: now + CELEBRATED } } : undefined
}

/** Updates the estimate of the chain's clock from the newest block. The clock never goes back. */
const read = (model: Model, board: Board, own: number): Model => {
  const ahead = Math.max(model.ahead ?? -Infinity, board.at - own)
  const now = own + ahead
  const was = model.board?.pace ?? board.pace
  const rebasedAt = board.pace !== null && board.pace.block !== was?.block ? now : model.rebasedAt
  const notice = model.board === null ? null : model.notice
  return inView({ ...model, ...celebrating(model, board, now), board, ahead, now, rebasedAt, notice, trouble: null })
}

/** Shows the last screen's names again if this is its chain, and nothing of it if not. */
const recognised = ({ genesis: before, remembered }: Model, genesis: string): Partial<Pick<Model, "known" | "remembered">> => {
  if (before !== null || remembered === null) return {}
  return remembered.genesis === genesis ? { known: rememberedTexts(remembered) } : { remembered: null }
}

export const update = (model: Model, event: Event): Step => {
  switch (event._tag) {
    case "Typed":
      return typeKey(model, event.key)
    case "Resized":
      return still(inView({ ...model, size: event.size }))
    case "Tick":
      return still({ ...model, now: event.now + (model.ahead ?? 0), zone: event.zone })
    case "BoardRead":
      return still(read(model, event.board, event.now))
    case "Connected":
      return still({ ...model, genesis: event.genesis, ...recognised(model, event.genesis) })
    case "GitHubRead":
      return still({ ...model, ...withRemembered(event.known, model.remembered, model.board) })
    case "FindingsRead":
      return still({ ...model, findings: new Map(model.findings).set(event.match, event.findings) })
    case "BoardFailed":
      return still({ ...model, trouble: event.why })
    case "StatusRead":
      return still(inView(withoutBusyNotice({ ...model, status: event.status, statusTrouble: null })))
    case "StatusFailed":
      return still(withoutBusyNotice({ ...model, statusTrouble: event.why }))
    case "Said":
      return still({ ...model, notice: event.notice })
    case "Done":
      return stepWith({ ...model, busy: false, notice: event.notice }, { _tag: "Refresh" })
  }
}
