/** Which suggested issues are registered now, and with which bounties: by their labels, within what a week may cost. Amounts are rao. */
import type { Consent } from "../../../domain/consent.ts"
import { plainLabel } from "../../../domain/labels.ts"
import type { Suggestion } from "./suggestions.ts"

/** The blocks of a week. */
export const WEEK = 50_400

export interface BountyRules {
  /** What an issue with a label gets. */
  readonly labels: ReadonlyMap<string, bigint>
  /** The most that may be registered in a week. */
  readonly week: bigint
}

export interface Budget {
  /** What was registered in the last week, or may still be: whatever was sent and is not on the chain yet. */
  readonly spent: bigint
  /** `owner/name#42` in lower case, of what is on its way. */
  readonly onTheWay: ReadonlySet<string>
}

export interface Planned {
  readonly suggestion: Suggestion
  readonly bounty: bigint
}

export interface BountyPlan {
  readonly register: ReadonlyArray<Planned>
  /** The first one that waits because the week's budget would not last; later ones do not overtake it. */
  readonly waits: Planned | null
}

/** What is wrong with the rules, by the contract's settings; null: nothing. */
export const problemIn = (
  { labels, week }: BountyRules,
  { minBounty, maxBounty }: { readonly minBounty: bigint; readonly maxBounty: bigint }
): { readonly label: string; readonly why: "under minBounty" | "over maxBounty" | "over the week's budget" } | null => {
  for (const [label, bounty] of labels) {
    if (bounty < minBounty) return { label, why: "under minBounty" }
    if (bounty > maxBounty) return { label, why: "over maxBounty" }
    if (bounty > week) return { label, why: "over the week's budget" }
  }
  return null
}

/** The highest bounty of an issue's labels; undefined: none of them has one. */
const bountyOf = ({ candidate }: Suggestion, labels: BountyRules["labels"]): bigint | undefined => {
  const known = new Map([...labels].map(([label, bounty]) => [plainLabel(label), bounty]))
  const own = candidate.labels.flatMap((label) => known.get(plainLabel(label)) ?? [])
  return own.toSorted((one, other) => (one < other ? 1 : -1))[0]
}

const keyOf = ({ candidate: { repository, number } }: Suggestion): string => `${repository}#${number}`.toLowerCase()

/** What to register of suggestions in their order, at most `most` of them: only what its repository's people asked for, unless the owner has a reason `withoutConsent`. */
export const planOf = (
  suggestions: ReadonlyArray<Suggestion>,
  { labels, week }: BountyRules,
  { spent, onTheWay }: Budget,
  most: number,
  withoutConsent = false
): BountyPlan => {
  const mayHaveOne = ({ _tag }: Consent): boolean => _tag === "Asked" || (withoutConsent && _tag === "Silent")
  const register: Array<Planned> = []
  let left = week - spent
  for (const suggestion of suggestions) {
    if (register.length >= most) break
    const bounty =
      suggestion.against.length > 0 || !mayHaveOne(suggestion.candidate.consent) || onTheWay.has(keyOf(suggestion))
        ? undefined
        : bountyOf(suggestion, labels)
    if (bounty === undefined) continue
    if (bounty > left) return { register, waits: { suggestion, bounty } }
    register.push({ suggestion, bounty })
    left -= bounty
  }
  return { register, waits: null }
}
