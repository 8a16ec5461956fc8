/**
 * The issues of a set of facts with an unambiguous solver: exactly one merged pull request closed the issue, and its author is not the repository's
 * most frequent author (who closes most issues and would compete for each).
 */
import { Array as Arrays } from "effect"
import type { IssueNumber, RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { type Contributor, contributorsOf } from "./contributors.ts"
import { type PullRequestFact, placeOf } from "./GitHubFacts.ts"

export interface SolvedIssue {
  readonly repository: RepositoryName
  readonly number: IssueNumber
  readonly solver: Contributor
  readonly pullRequest: PullRequestFact
  /** The repository's most frequent author. */
  readonly author: Contributor
}

/** The author of the most pull requests, merged or not, in each repository (keys in lower case). Ties go to the first by login. */
const mostFrequentAuthors = (facts: ReadonlyArray<PullRequestFact>): ReadonlyMap<string, Contributor> => {
  const contributors = contributorsOf(facts)
  const frequent = new Map<string, Contributor>()
  for (const [repository, own] of Object.entries(Arrays.groupBy(facts, (fact) => fact.repository.toLowerCase()))) {
    const counts = new Map<string, { readonly contributor: Contributor; readonly count: number }>()
    for (const { author } of own) {
      const contributor = contributors.of(author)
      counts.set(contributor.identity, { contributor, count: (counts.get(contributor.identity)?.count ?? 0) + 1 })
    }
    const [first] = [...counts.values()].toSorted(
      (a, b) => b.count - a.count || (a.contributor.login.toLowerCase() < b.contributor.login.toLowerCase() ? -1 : 1)
    )
    if (first !== undefined) frequent.set(repository, first.contributor)
  }
  return frequent
}

/**
 * The solved issues, by time of merge, then repository and number. A number that is a pull request in the same repository is not an issue, and an
 * unmerged pull request closes nothing.
 */
export const solvedIssues = (facts: ReadonlyArray<PullRequestFact>): ReadonlyArray<SolvedIssue> => {
  const contributors = contributorsOf(facts)
  const frequent = mostFrequentAuthors(facts)
  const pullRequests = new Set(facts.map(placeOf))
  const closings = facts
    .filter((fact) => fact.merged_at !== null)
    .flatMap((fact) =>
      [...new Set(fact.closes)].map((number) => ({ fact, number, place: placeOf({ repository: fact.repository, number }) }))
    )
    .filter(({ place }) => !pullRequests.has(place))

  const solved: Array<SolvedIssue> = []
  for (const [first, ...others] of Object.values(Arrays.groupBy(closings, ({ place }) => place))) {
    if (others.length > 0) continue
    const { fact, number } = first
    const author = frequent.get(fact.repository.toLowerCase())
    const solver = contributors.of(fact.author)
    if (author !== undefined && author.identity !== solver.identity) {
      solved.push({ repository: fact.repository, number, solver, pullRequest: fact, author })
    }
  }
  return solved.toSorted(
    (a, b) =>
      (a.pullRequest.merged_at ?? 0) - (b.pullRequest.merged_at ?? 0) ||
      (a.repository === b.repository ? a.number - b.number : a.repository < b.repository ? -1 : 1)
  )
}
