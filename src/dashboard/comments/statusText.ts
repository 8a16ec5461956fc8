/** Text of the commit status on a competitor's pull request: its state in the match. It changes with events, and with the hour of an estimate, never with each block. */
import { clipped } from "../../domain/clipped.ts"
import type { StatusText } from "../../layers/github/GitHubComments.ts"
import { isOf, type Pull, type Stage, stageOf } from "../../story/competitor.ts"
import { shortAlpha, wholeNumber } from "../../story/figures.ts"
import { countsAt, type Found, findingText } from "../../story/findings.ts"
import { costText, decisionText, reasonText } from "../../story/reasons.ts"
import type { Pace } from "../../story/time.ts"
import type { CompetitionDetail } from "../api/definition/competitions.ts"
import { capitalised } from "../api/definition/values.ts"
import { hourOf, STAGES } from "./text.ts"

/**
 * Maximum length of a status description.
 * https://docs.github.com/en/rest/commits/statuses#create-a-commit-status and https://github.com/Sibz/github-status-action/issues/20
 */
const LONGEST_STATUS = 140

type Detail = typeof CompetitionDetail.Encoded

export interface StatusMatch
  extends Pick<Detail, "id" | "status" | "pullRequest" | "slashA" | "slashB" | "outcome" | "deadline" | "bounty"> {
  readonly a: { readonly hotkey: string }
  readonly b: { readonly hotkey: string }
  readonly winner: "a" | "b" | null
  readonly reason: { readonly _tag: string } | null
  readonly paid: { readonly amount: string } | null
  readonly plays: ReadonlyArray<Found>
  /** Null: unknown. Only a running match's status has an estimate. */
  readonly pace: Pace | null
}

/** Stages in which the pull request can still win, so that validators' findings matter. */
const RACING: ReadonlySet<Stage> = new Set(["draft", "open", "passing", "approved", "merged"])

const placeIn = (stage: Stage, early: boolean | null): string => {
  if (!RACING.has(stage)) return `${capitalised(STAGES[stage])}.`
  if (stage === "merged") return "In time, and merged."
  return early === false ? "In the match, in time." : "In the match."
}

/** Counts of validators: no single validator decides. */
const foundIn = (steps: ReadonlyArray<Found>, head: string): ReadonlyArray<string> => {
  const { gate, tests } = countsAt(steps, head)
  if (gate === null) return ["No validator has looked at this head yet."]
  const of = (all: number) => `${wholeNumber(all)} ${all === 1 ? "validator lets" : "validators let"}`
  return [
    `Gate: ${wholeNumber(gate.said)} of ${of(gate.all)} it pass.`,
    ...(tests === null
      ? []
      : [`${capitalised(findingText(tests.finding))} (${wholeNumber(tests.finding.validators)} of ${wholeNumber(tests.all)}).`])
  ]
}

const runningText = (match: StatusMatch, pull: Pull, head: string): ReadonlyArray<string> => {
  const steps = match.plays.filter(isOf(pull))
  const isReverted = steps.some(({ kind }) => kind === "reverted")
  const stage = stageOf(pull, match.deadline, isReverted)
  const place = placeIn(stage, pull.early)
  if (match.outcome?.from != null) return [place, `Validators vote ${decisionText(match.outcome.choice)}.`]
  return [
    place,
    ...(RACING.has(stage) ? foundIn(steps, head) : []),
    `Deadline ${hourOf(match.deadline, match.pace) ?? `in block ${wholeNumber(match.deadline.block)}`}.`
  ]
}

const wonText = (match: StatusMatch, pull: Pull): string => {
  const { winner, pullRequest, paid, bounty } = match
  const isWinner = winner !== null && pull.hotkey === match[winner].hotkey && pull.number === pullRequest
  if (!isWinner) return `The match is over: pull request no. ${pullRequest ?? "?"} solved the issue.`
  return paid === null
    ? `It won the match: ${shortAlpha(bounty)} α, which can be paid now.`
    : `It won the match, and was paid ${shortAlpha(paid.amount)} α.`
}

const endedText = (match: StatusMatch, pull: Pull): string => {
  if (match.status === "Won") return wonText(match, pull)
  if (match.status === "Expired") return "The match is over: no verdict came in time."
  if (match.status === "Unsolved") return `The match is over: nobody solved the issue in time, ${costText(match)}.`
  return `The match ended without a winner${match.reason === null ? "" : `: ${reasonText(match.reason._tag)}`}.`
}

export const statusFor = (match: StatusMatch, pull: Pull, head: string, publicUrl: string): StatusText => {
  const parts = match.status === "Running" ? runningText(match, pull, head) : [endedText(match, pull)]
  return { description: clipped(parts.join(" "), LONGEST_STATUS), target: `${publicUrl}/competitions/${match.id}` }
}
