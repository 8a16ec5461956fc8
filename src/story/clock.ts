/** The one clock of a match: what it runs to, in words. The time itself follows the chain's blocks. */
import type { Due, Scoreboard } from "./scoreboard.ts"

/** What each stretch of a running match is called on its clock. */
export const STRETCHES = {
  window: "until pull requests count",
  submissions: "until the deadline",
  verdict: "validators decide"
} as const

const SETTLEABLE = "decided: anybody may settle it now"
export const NO_DECISION = "no decision in time: anybody may let it expire now"

const WORDS: Readonly<Record<Due, string>> = {
  "pull requests count": STRETCHES.window,
  deadline: STRETCHES.submissions,
  expiry: STRETCHES.verdict,
  settlement: "until the votes have stood long enough"
}

/** `Deciding`: no time decides any more, so what validators have decided so far stands there; `Ended`: nothing is due. */
export type Clock =
  | { readonly _tag: "Left" | "Deciding"; readonly block: number; readonly what: string }
  | { readonly _tag: "Overdue"; readonly what: string }
  | { readonly _tag: "Ended" }

/** Once it is up to validators, their vote is the clock, until the decision has fallen. */
export const clockOf = ({ phase, until, deciding }: Pick<Scoreboard, "phase" | "until" | "deciding">): Clock => {
  if (until === null)
    return phase === "overdue"
      ? { _tag: "Overdue", what: NO_DECISION }
      : phase === "settleable"
        ? { _tag: "Overdue", what: SETTLEABLE }
        : { _tag: "Ended" }
  const { block, what } = until
  return deciding !== null && (what === "deadline" || what === "expiry")
    ? { _tag: "Deciding", block, what: `${STRETCHES.verdict}: ${deciding}` }
    : { _tag: "Left", block, what: WORDS[what] }
}
