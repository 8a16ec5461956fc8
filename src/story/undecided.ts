/**
 * Tells whether a match is past its deadline and undecided: nothing can be settled, although votes cast at the deadline would count by now. The contract's
 * state alone decides that. Only validators know the cause: people have to decide, a pull request may still be merged in time, or GitHub does not answer.
 */
import type { Dated } from "./phase.ts"
import { clean, type Part, type Sentence, say } from "./sentence.ts"

interface Waiting extends Pick<Dated, "status" | "deadline" | "outcome"> {
  /** Blocks for which votes must have stood, by `waitOf`. */
  readonly wait: number
}

export type UndecidedState = "noVotes" | "tooLight"

export interface Undecided {
  /** The block since which votes cast at the deadline would count. */
  readonly since: number
  readonly state: UndecidedState
}

/**
 * Since when, and why, a match past its deadline has no result. Null if it has one or can still get one by itself: it is settled, its votes decide it and only
 * their wait is left, or votes cast at the deadline would not count yet. `block`: the newest indexed block; undefined while it is unknown.
 */
export const undecidedAt = ({ deadline, outcome, status, wait }: Waiting, block: number | undefined): Undecided | null => {
  const since = deadline.block + wait + 1
  const state = outcome?.state
  if (status !== "Running" || block === undefined || block < since || (state !== "noVotes" && state !== "tooLight")) return null
  return { since, state }
}

const VOTES: Readonly<Record<UndecidedState, string>> = {
  noVotes: "no validator's vote stands",
  tooLight: "the votes that stand have less weight than a decision needs"
}

interface IssueName {
  readonly id: number
  readonly repository: string
  readonly number: number
}

/** "Match 31 on acme/widgets#42 is past its deadline and undecided: no validator's vote stands" */
export const tellUndecided = (id: number, { id: issue, number, repository }: IssueName, state: UndecidedState): Sentence => {
  const match: Part = { kind: "competition", text: `Match ${id}`, id }
  const on: Part = { kind: "issue", text: clean(`${repository}#${number}`), id: issue }
  return say`${match} on ${on} is past its deadline and undecided: ${VOTES[state]}`
}

/** Causes of an undecided match, and what helps. */
export const WHY_UNDECIDED =
  "Either GitHub's record leaves the outcome open, so that people have to decide it, or a competitor's pull request waits for the project's maintainers. The operators of validators see which, with the evidence, and can vote by hand."
