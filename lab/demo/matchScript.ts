/** What happens on GitHub during a watched match. Pure. */

/** Whose pull request a step is about. */
export type Role = "winner" | "loser"

export type Move =
  /** Opens the pull request with its first or its finished head. */
  | { readonly _tag: "Open"; readonly head: "rough" | "finished"; readonly draft: boolean }
  /** Pushes another head. `polished`: finished, and documented as a reviewer asked. */
  | { readonly _tag: "Push"; readonly head: "finished" | "polished" }
  | { readonly _tag: "Checks"; readonly say: "PENDING" | "SUCCESS" | "FAILURE" }
  | { readonly _tag: "Ready" }
  /** The maintainer reviews it. */
  | { readonly _tag: "Review"; readonly state: "APPROVED" | "CHANGES_REQUESTED" }
  | { readonly _tag: "Merge" }
  | { readonly _tag: "Close" }

export interface ScriptStep {
  /** The time of the step, as a share of the match. */
  readonly at: number
  readonly who: Role
  readonly move: Move
}

export const PLOTS = ["comeback", "upset", "favourite"] as const
/**
 * `comeback`: the competitor that is approved first loses. `upset`: the miner with the lower rating wins. `favourite`: the one with the higher rating
 * wins.
 */
export type Plot = (typeof PLOTS)[number]

const step = (at: number, who: Role, move: Move): ScriptStep => ({ at, who, move })
const open = (head: "rough" | "finished", draft = false): Move => ({ _tag: "Open", head, draft })
const push = (head: "finished" | "polished"): Move => ({ _tag: "Push", head })
const checks = (say: "PENDING" | "SUCCESS" | "FAILURE"): Move => ({ _tag: "Checks", say })
const review = (state: "APPROVED" | "CHANGES_REQUESTED"): Move => ({ _tag: "Review", state })
const ready: Move = { _tag: "Ready" }

/** The checks of a new head: they run for a while and then report this result. */
const checksOf = (at: number, who: Role, say: "SUCCESS" | "FAILURE"): ReadonlyArray<ScriptStep> => [
  step(at, who, checks("PENDING")),
  step(at + 0.08, who, checks(say))
]

/** In quick succession, because the bounty is paid within seconds. */
const END: ReadonlyArray<ScriptStep> = [step(0.99, "winner", { _tag: "Merge" }), step(1, "loser", { _tag: "Close" })]

const scripts: Readonly<Record<Plot, ReadonlyArray<ScriptStep>>> = {
  comeback: [
    step(0.02, "loser", open("finished")),
    ...checksOf(0.03, "loser", "SUCCESS"),
    step(0.14, "winner", open("rough", true)),
    ...checksOf(0.15, "winner", "FAILURE"),
    step(0.3, "loser", review("APPROVED")),
    step(0.44, "loser", review("CHANGES_REQUESTED")),
    step(0.48, "winner", push("finished")),
    ...checksOf(0.49, "winner", "SUCCESS"),
    step(0.6, "winner", ready),
    step(0.64, "loser", push("polished")),
    ...checksOf(0.65, "loser", "FAILURE"),
    step(0.82, "winner", review("APPROVED")),
    ...END
  ],
  upset: [
    step(0.02, "loser", open("rough", true)),
    ...checksOf(0.03, "loser", "FAILURE"),
    step(0.08, "winner", open("rough")),
    ...checksOf(0.09, "winner", "FAILURE"),
    step(0.32, "winner", push("finished")),
    ...checksOf(0.33, "winner", "SUCCESS"),
    step(0.46, "loser", push("finished")),
    ...checksOf(0.47, "loser", "SUCCESS"),
    step(0.58, "loser", ready),
    step(0.68, "loser", review("CHANGES_REQUESTED")),
    step(0.82, "winner", review("APPROVED")),
    ...END
  ],
  favourite: [
    step(0.02, "winner", open("finished")),
    ...checksOf(0.03, "winner", "SUCCESS"),
    step(0.16, "loser", open("rough", true)),
    ...checksOf(0.17, "loser", "FAILURE"),
    step(0.36, "winner", review("CHANGES_REQUESTED")),
    step(0.46, "loser", push("finished")),
    ...checksOf(0.47, "loser", "SUCCESS"),
    step(0.58, "loser", ready),
    step(0.64, "winner", push("polished")),
    ...checksOf(0.65, "winner", "SUCCESS"),
    step(0.82, "winner", review("APPROVED")),
    ...END
  ]
}

/** The steps of a plot, in order. */
export const scriptOf = (plot: Plot): ReadonlyArray<ScriptStep> => scripts[plot].toSorted((one, other) => one.at - other.at)
