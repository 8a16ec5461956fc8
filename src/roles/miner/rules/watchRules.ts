/** Whether a miner's watch rules and the repository's own policy allow enrolling for an issue, with reasons. */
import { formatAlpha } from "../../../domain/Amount.ts"
import type { RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"

export interface WatchRules {
  /** GitHub's language names, case-insensitive; null: all languages. */
  readonly languages: ReadonlyArray<string> | null
  /** `owner/name`, case-insensitive; null: all repositories. */
  readonly repositories: ReadonlyArray<string> | null
  /** In rao. */
  readonly minBounty: bigint
}

export interface WatchedIssue {
  readonly repository: string
  /** In rao. */
  readonly bounty: bigint
  /** The issue's status in the contract's term. */
  readonly status: string
  /** The repository's main language; null: GitHub recognises none, or did not answer. */
  readonly language: string | null
}

export interface Decision {
  readonly enrols: boolean
  /** For an enrolment, all reasons in favour; otherwise all reasons against. */
  readonly because: ReadonlyArray<string>
}

interface Word {
  readonly fits: boolean
  readonly says: string
}

const has = (names: ReadonlyArray<string>, name: string): boolean => names.some((one) => one.toLowerCase() === name.toLowerCase())

const wordsOf = (
  { languages, minBounty, repositories }: WatchRules,
  { bounty, language, repository, status }: WatchedIssue
): ReadonlyArray<Word> => {
  const takes = status === "Open" || status === "Funding"
  const isEnough = bounty >= minBounty
  return [
    { fits: takes, says: `it is ${status.toLowerCase()}` },
    {
      fits: isEnough,
      says: `its bounty of ${formatAlpha(bounty)} alpha is ${isEnough ? "at least" : "less than"} ${formatAlpha(minBounty)}`
    },
    ...(repositories === null
      ? []
      : [{ fits: has(repositories, repository), says: `${repository} is ${has(repositories, repository) ? "" : "not "}named` }]),
    ...(languages === null
      ? []
      : language === null
        ? [{ fits: false, says: "its language is not known" }]
        : [{ fits: has(languages, language), says: `${language} is ${has(languages, language) ? "" : "not "}named` }])
  ]
}

/** Applies the rules to an issue. */
export const decide = (rules: WatchRules, issue: WatchedIssue): Decision => {
  const words = wordsOf(rules, issue)
  const enrols = words.every(({ fits }) => fits)
  return { enrols, because: words.filter(({ fits }) => fits === enrols).map(({ says }) => says) }
}

/**
 * The decision when a program writes the pull requests: against repositories that refuse them, and against those whose policy is unknown, because unknown is
 * no permission.
 */
export const decideForProgram = (decision: Decision, policy: RepositoryPolicy | null): Decision => {
  const against = (why: string): Decision => ({ enrols: false, because: [`${why}; --human if you write them yourself`] })
  if (!decision.enrols) return decision
  if (policy === null) return against("it is not known now whether pull requests made with AI are refused there")
  if (policy.ai?.rule === "unread") return against(`it has a policy about AI that only a person can read (${policy.ai.path})`)
  return policy.ai?.rule === "none" ? against("pull requests made with AI are refused there") : decision
}
