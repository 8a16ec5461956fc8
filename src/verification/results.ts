/** What a verification says. */

/** In the order in which they are done. */
export const STEPS = ["code", "ratingsBefore", "pair", "ballot", "settlement", "payment", "ratingsAfter"] as const
export type StepName = (typeof STEPS)[number]

/** What each step is about. */
export const TITLES: { readonly [Name in StepName]: string } = {
  code: "The contract runs code that this release knows",
  ratingsBefore: "Both ratings before the match",
  pair: "The pair was drawn by the rules",
  ballot: "The votes, in the block before the end",
  settlement: "How the match ended",
  payment: "The payment",
  ratingsAfter: "Both ratings after the match"
}

/** Something claimed, and what was found instead; or what each of two nodes says. */
export interface Difference {
  readonly what: string
  readonly claimed: string
  readonly found: string
}

export type Finding =
  /** Everything as claimed. `witnesses`: how many nodes said so for all of it; with 1, only one node says so. `facts`: what was found, in words. */
  | { readonly _tag: "right"; readonly witnesses: 1 | 2; readonly facts: ReadonlyArray<string> }
  /** `between`: the claim and the chain, or the two nodes, whose answers are `claimed` and `found`. */
  | { readonly _tag: "wrong"; readonly between: "claim" | "nodes"; readonly differences: ReadonlyArray<Difference> }
  /** `why`: a cause in words, to follow "cannot be told, because". */
  | { readonly _tag: "untold"; readonly why: string }

export type Progress =
  | { readonly _tag: "begun"; readonly step: StepName }
  | { readonly _tag: "done"; readonly step: StepName; readonly finding: Finding }

/** An issue as the contract names it, and the pull request that solved it. */
export interface NamedIssue {
  readonly id: number
  readonly repository: string
  readonly number: number
  readonly pullRequest: number | undefined
}

export interface Verification {
  /** As the chain names it; undefined: it could not be read. */
  readonly issue: NamedIssue | undefined
  readonly steps: ReadonlyArray<{ readonly step: StepName; readonly finding: Finding }>
  /** `wrong` if any step is; else `untold` if any is; else `oneNode` if one node alone says so of any; else `right`. */
  readonly verdict: "right" | "oneNode" | "untold" | "wrong"
  /** The nodes that were asked, and how many requests each answered. */
  readonly asked: ReadonlyArray<{ readonly endpoint: string; readonly requests: number }>
}

export const verdictOf = (steps: Verification["steps"]): Verification["verdict"] => {
  const has = (tag: Finding["_tag"]) => steps.some(({ finding }) => finding._tag === tag)
  if (has("wrong")) return "wrong"
  if (has("untold")) return "untold"
  return steps.some(({ finding }) => finding._tag === "right" && finding.witnesses === 1) ? "oneNode" : "right"
}
