/** The ways in which a match ends without a winner, and until when each can be undone. Pure. */
import type { IssueFound } from "../../domain/IssueEvidence.ts"
import { isCompetitors, pullRequestsIn } from "./project.ts"
import { timestamp } from "./timestamps.ts"
import { type Ask, type Cancelled, type CompetitorAccount, type MatchContext, noVote, type Verdict } from "./verdictCase.ts"
import { byHandOf, mergedOf, waitingOf } from "./waiting.ts"

/** The input of all questions about an issue that GitHub shows. */
export interface Case {
  readonly issue: IssueFound
  readonly facts: MatchContext
  readonly ask: Ask
}

const DEADLINE = "Has the deadline passed?"

export const isPast = ({ ask, facts: { deadline } }: Case): boolean =>
  ask(DEADLINE, deadline !== null, deadline === null ? undefined : timestamp(deadline))

/** The pull requests of each competitor by one of the rules of waiting.ts. Asked once the deadline has passed. */
const ofEach = (
  { facts, issue }: Case,
  rule: typeof waitingOf
): readonly [a: ReturnType<typeof waitingOf>, b: ReturnType<typeof waitingOf>] => {
  const { competitors, deadline } = facts
  const of = ({ githubId }: CompetitorAccount) => (githubId === null || deadline === null ? [] : rule(issue, facts, githubId, deadline))
  return [of(competitors[0]), of(competitors[1])]
}

const namesOf = (numbers: ReadonlyArray<{ readonly number: number }>): string => numbers.map(({ number }) => `#${number}`).join(", ")

/** For each competitor, whether a pull request waited for the project at the deadline. */
const whoseWaits = (on: Case): readonly [a: boolean, b: boolean] => {
  const [a, b] = ofEach(on, waitingOf)
  on.ask(
    "Was a competitor's pull request approved, or waiting for the maintainers, at the deadline?",
    a.length + b.length > 0,
    namesOf([...a, ...b]) || undefined
  )
  return [a.length > 0, b.length > 0]
}

/** An end other than a solution. Until the deadline it can be undone, and nothing is cancelled while a pull request may still be merged in time. */
export const ending = (on: Case, verdict: Cancelled): Verdict => {
  const { ask, facts } = on
  if (!isPast(on)) {
    const says = `${verdict.reason._tag}${verdict.reason._tag === "SubmittedTooEarly" ? ` ${verdict.reason.hotkey}` : ""}`
    const { blocks = 0, needed = undefined } = facts.watched ?? {}
    const has = needed !== undefined && blocks >= needed
    ask(
      "Has every snapshot shown this for three days?",
      has,
      needed === undefined ? "each validator takes its own snapshots" : `for ${blocks} of ${needed} blocks`
    )
    return has ? verdict : { ...noVote("CanBeUndone", verdict.because), ending: says }
  }
  if (facts.graceEnds != null || !whoseWaits(on).includes(true)) return verdict
  return noVote("WaitsForProject", `${verdict.because}, and a competitor's pull request was waiting for the maintainers at the deadline`)
}

/** No vote if a competitor's pull request that this validator saw open is there no longer: it may have landed, or wait. */
const vanished = ({ ask, facts, issue }: Case): Verdict | undefined => {
  const { sawOpen = [] } = facts
  const shown = new Set(pullRequestsIn(issue).map(({ number }) => number))
  const names = namesOf(sawOpen.filter(({ authorId, number }) => isCompetitors(facts, authorId) && !shown.has(number)))
  if (names === "") return undefined
  ask("Does GitHub still show the competitors' pull requests that this validator saw before?", false, names)
  return noVote("WorkUnproved", `GitHub no longer shows ${names}, which this validator saw open`)
}

/**
 * Nobody solved the issue in time. Competitors without a waiting pull request lose collateral, unless one's was merged: then nothing is voted, for
 * either.
 */
export const unsolved = (on: Case, early: "IssueOpen" | "LandedLate", because: string): Verdict => {
  const { ask, facts } = on
  // GitHub may show a merge late, for which nobody should lose collateral.
  if (!ask("Has half of the grace period after the deadline passed?", facts.isOverdue)) return noVote(early, because)
  const merged = ofEach(on, mergedOf).flat()
  if (ask("Was a competitor's pull request for it merged?", merged.length > 0, namesOf(merged) || undefined))
    return noVote(
      early === "LandedLate" ? early : "EndedAfterMerge",
      `${because}, and ${namesOf(merged)} was merged: neither competitor loses collateral`
    )
  const byHand = ofEach(on, byHandOf).flat()
  if (ask("Was a competitor's pull request closed by a commit, or with a commit named?", byHand.length > 0, namesOf(byHand) || undefined))
    return noVote("WorkUnproved", `${because}, and ${namesOf(byHand)} may have been merged by hand`)
  const hidden = vanished(on)
  if (hidden !== undefined) return hidden
  const [a, b] = whoseWaits(on)
  if (!a && !b) return { _tag: "Unsolved", slashed: [true, true], because }
  if (a && b)
    return noVote(
      "WaitsForProject",
      `${because}; both competitors have a pull request that waits for the maintainers, so neither loses collateral`
    )
  if (!ask("Is the grace period over?", facts.graceEnds != null))
    return noVote("WaitsForProject", `${because}; a competitor's pull request waits for the maintainers`)
  return { _tag: "Unsolved", slashed: [!a, !b], because: `${because}; one competitor's pull request waits for the maintainers` }
}

/**
 * No vote if GitHub may hide a competitor's work: what this validator saw, more linked pull requests than it shows, or a competitor's account. `isKnown`:
 * the author of what landed is known, so that no account hides it.
 */
export const mayHideWork = (on: Case, isKnown = false): Verdict | undefined => {
  const { ask, facts, issue } = on
  const gone = vanished(on)
  if (gone !== undefined) return gone
  if (issue.hasHiddenLinks === true) {
    ask("Does GitHub show all linked pull requests?", false)
    return noVote("RecordIncomplete", "GitHub counts more linked pull requests than it shows")
  }
  const hidden = isKnown ? undefined : facts.competitors.find(({ exists }) => exists === false)
  if (hidden === undefined) return undefined
  ask("Does GitHub show the accounts of both competitors?", false, `not that of ${hidden.hotkey}`)
  return noVote("RecordIncomplete", `GitHub does not show the account of ${hidden.hotkey}, and may hide its pull requests`)
}
