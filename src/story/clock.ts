/** The clock of a match: what it counts down to, in words. The time itself follows the chain's blocks. */
import type { Due, Scoreboard } from "./scoreboard.ts"

/** The name of each stretch of a running match on its clock. */
export const STRETCH_WORDS = {
  window: "until pull requests count",
  submissions: "until the deadline",
  verdict: "validators decide"
} as const

const SETTLEABLE = "decided: anyone may settle it now"
export const NO_DECISION = "no decision in time: anyone may expire it now"

const DUE_WORDS: Readonly<Record<Due, string>> = {
  "pull requests count": STRETCH_WORDS.window,
  deadline: STRETCH_WORDS.submissions,
  expiry: STRETCH_WORDS.verdict,
  settlement: "until the votes have stood long enough"
}

/** `Deciding`: the validators' votes decide, so the clock shows them; `Ended`: nothing is due. */
export type Clock =
  | { readonly _tag: "Left" | "Deciding"; readonly block: number; readonly what: string }
  | { readonly _tag: "Overdue"; readonly what: string }
  | { readonly _tag: "Ended" }

/** Once the validators decide, the clock shows their vote, until there is a decision. */
export const clockOf = ({ phase, until, deciding }: Pick<Scoreboard, "phase" | "until" | "deciding">): Clock => {
  if (until === null)
    return phase === "overdue"
      ? { _tag: "Overdue", what: NO_DECISION }
      : phase === "settleable"
        ? { _tag: "Overdue", what: SETTLEABLE }
        : { _tag: "Ended" }
  const { block, what } = until
  return deciding !== null && (what === "deadline" || what === "expiry")
    ? { _tag: "Deciding", block, what: `${STRETCH_WORDS.verdict}: ${deciding}` }
    : { _tag: "Left", block, what: DUE_WORDS[what] }
}
