/** Chooses which suggested issues to register now, with bounties by their labels, within a weekly budget. Amounts in rao. */
import type { Consent } from "../../../domain/consent.ts"
import { plainLabel } from "../../../domain/labels.ts"
import type { Suggestion } from "./suggestions.ts"

/** Blocks of 12 s in a week. */
export const WEEK = 50_400

export interface BountyRules {
  /** Bounty by label. */
  readonly labels: ReadonlyMap<string, bigint>
  /** The weekly budget. */
  readonly week: bigint
}

export interface Budget {
  /** The sum registered in the last week, including transactions that were sent and are not on chain yet. */
  readonly spent: bigint
  /** Issues whose transaction is not on chain yet, as `owner/name#42` in lower case. */
  readonly onTheWay: ReadonlySet<string>
}

export interface Planned {
  readonly suggestion: Suggestion
  readonly bounty: bigint
}

export interface BountyPlan {
  readonly register: ReadonlyArray<Planned>
  /** The first issue that exceeds the week's budget; later issues do not overtake it. */
  readonly waits: Planned | null
}

/** Checks the rules against the contract's bounds; null: valid. */
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

/** The highest bounty among an issue's labels; undefined: no label has one. */
const bountyOf = ({ candidate }: Suggestion, labels: BountyRules["labels"]): bigint | undefined => {
  const known = new Map([...labels].map(([label, bounty]) => [plainLabel(label), bounty]))
  const own = candidate.labels.flatMap((label) => known.get(plainLabel(label)) ?? [])
  return own.toSorted((one, other) => (one < other ? 1 : -1))[0]
}

const keyOf = ({ candidate: { repository, number } }: Suggestion): string => `${repository}#${number}`.toLowerCase()

/**
 * Plans registrations in the order of the suggestions, at most `most`. Takes only issues whose repository asked for a bounty, or with `withoutConsent` also
 * those whose repository said nothing.
 */
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
