/** A match's play-by-play, newest first: events from chain, GitHub and validators, in the web page's sentences. */
import { commentaryOf, tellPlay } from "../../../story/plays.ts"
import { plain } from "../../../story/sentence.ts"
import { type EventNames, type RecordedEvent, tellEvent } from "../../../story/sentences.ts"
import type { Board, BoardMatch } from "./board.ts"
import { type KnownTexts, loginOf } from "./gitHub.ts"
import { type State, sideOfHotkey } from "./scoreboard.ts"
import { timeOf } from "./words.ts"

export interface Step {
  /** Milliseconds since 1970. Infinite: the time of the block is unknown, and the step is the first or the last. */
  readonly at: number
  readonly side: "a" | "b" | null
  readonly text: string
  /** Whether it changed the lead. */
  readonly isLead: boolean
}

/** The events that began and ended a match, rebuilt from the contract's state. */
const eventsOf = ({ a, b, status, startedAt }: BoardMatch): ReadonlyArray<RecordedEvent & { readonly block: number }> => {
  const started = { name: "CompetitionStarted", fields: { a, b }, block: startedAt }
  switch (status._tag) {
    case "Running":
      return [started]
    case "Won": {
      const { hotkey } = status.winner === 0 ? a : b
      const won = { name: "CompetitionWon", fields: { hotkey, pullRequest: status.pullRequest }, block: status.at }
      return [started, won]
    }
    case "Expired":
      return [started, { name: "CompetitionExpired", fields: {}, block: status.at }]
    case "Unsolved": {
      const { at: block, slashA, slashB } = status
      return [started, { name: "CompetitionUnsolved", fields: { slashA, slashB }, block }]
    }
    case "Void":
      return [started, { name: "CompetitionVoided", fields: { reason: status.reason }, block: status.at }]
  }
}

const namesOf = ({ a, b, id, issue, number, repository }: BoardMatch, known: KnownTexts): EventNames => ({
  miners: [a, b].map((one) => ({ hotkey: one.hotkey ?? "", login: loginOf(known, one.hotkey) ?? `UID ${one.uid}` })),
  issue: { id: issue, repository, number, title: known.titles.get(issue) ?? null },
  competition: { id, a: a.hotkey ?? "", b: b.hotkey ?? "" },
  areInView: true
})

export const stepsOf = (match: BoardMatch, board: Board, { shownMatch, pulls, plays }: State, known: KnownTexts): ReadonlyArray<Step> => {
  const names = namesOf(match, known)
  const ofChain = eventsOf(match).map(
    (event, index): Step => ({
      at: timeOf(event.block, board) ?? (index === 0 ? -Infinity : Infinity),
      side: null,
      text: plain(tellEvent(event, names)),
      isLead: false
    })
  )
  const played = commentaryOf({ ...shownMatch, plays }).flatMap(({ play, lead }): ReadonlyArray<Step> => {
    const at = new Date(play.at).getTime()
    const side = sideOfHotkey(match, play.hotkey)
    const pull = pulls?.find(({ number, repository }) => number === play.number && repository === play.repository)
    const about = { author: pull?.author ?? null, login: side === null ? null : shownMatch[side].login, early: pull?.early ?? null }
    return [
      { at, side, text: plain(tellPlay(play, about)), isLead: false },
      ...(lead === null ? [] : [{ at, side: lead.leader, text: lead.text, isLead: true }])
    ]
  })
  // A stable sort keeps a change of the lead beside its play.
  return [...ofChain, ...played].toSorted((one, other) => one.at - other.at).toReversed()
}
