/** Whether a miner's own rules, and those of an issue's repository, enrol it for the issue, and why. */
import { formatAlpha } from "../../../domain/Amount.ts"
import type { RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"

export interface WatchRules {
  /** GitHub's names of languages, ignoring case; null: all. */
  readonly languages: ReadonlyArray<string> | null
  /** `owner/name`, ignoring case; null: all. */
  readonly repositories: ReadonlyArray<string> | null
  /** In rao. */
  readonly minBounty: bigint
}

export interface WatchedIssue {
  readonly repository: string
  /** In rao. */
  readonly bounty: bigint
  /** The contract's word for its status. */
  readonly status: string
  /** The repository's main language; null: GitHub recognises none, or did not say. */
  readonly language: string | null
}

export interface Decision {
  readonly enrols: boolean
  /** Of an enrolment, everything that speaks for it; otherwise everything against it. */
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

/** What the rules say of an issue. */
export const decide = (rules: WatchRules, issue: WatchedIssue): Decision => {
  const words = wordsOf(rules, issue)
  const enrols = words.every(({ fits }) => fits)
  return { enrols, because: words.filter(({ fits }) => fits === enrols).map(({ says }) => says) }
}

/** The decision for a program that writes the pull requests: not where they are refused, nor where that is not known now, which is no yes. */
export const decideForProgram = (decision: Decision, policy: RepositoryPolicy | null): Decision => {
  const against = (why: string): Decision => ({ enrols: false, because: [`${why}; --human if you write them yourself`] })
  if (!decision.enrols) return decision
  if (policy === null) return against("it is not known now whether pull requests made with AI are refused there")
  return policy.ai?.rule === "none" ? against("pull requests made with AI are refused there") : decision
}
