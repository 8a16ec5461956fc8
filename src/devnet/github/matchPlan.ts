/**
 * Which solved issues become bounties, and who competes with the true solver: a plan that keeps the validators' pair rule (two miners meet
 * at most twice) with few miners.
 */
import { Array as Arrays } from "effect"
import { type PullRequestFact, placeOf } from "../../domain/GitHubFacts.ts"
import { type Contributor, contributorsOf } from "./contributors.ts"
import { type SolvedIssue, solvedIssues } from "./solvedIssues.ts"

export interface PlannedMatch extends SolvedIssue {
  /** The competitor who did not solve it: neither the issue's author nor the repository's owner. */
  readonly other: Contributor
  /** Another planned issue is closed by the same pull request: both must be running before it is merged. */
  readonly sharesPullRequest: boolean
}

export interface MatchPlan {
  readonly matches: ReadonlyArray<PlannedMatch>
  /** Everybody who competes, by login. */
  readonly miners: ReadonlyArray<Contributor>
  /** Why there are fewer matches than asked, one sentence; undefined when there are as many. */
  readonly shortfall: string | undefined
}

/** Two miners meet at most this often (the validators' rule counts a window of 60 days; a plan counts all). */
const MEETINGS = 2
/** Where the data has them, a plan takes at least so many miners: six competitions can then run side by side. */
const FEWEST_MINERS = 12

const ownerOf = (repository: string) => repository.slice(0, repository.indexOf("/")).toLowerCase()

/** An owner may not compete in its own repository. */
const ownsIt = (contributor: Contributor, issue: SolvedIssue) => contributor.login.toLowerCase() === ownerOf(issue.repository)

/** Each pull request's first issue comes before any pull request's second. */
const byUseOfPullRequest = (issues: ReadonlyArray<SolvedIssue>): ReadonlyArray<SolvedIssue> => {
  const uses = new Map<string, number>()
  return issues
    .map((issue) => {
      const place = placeOf(issue.pullRequest)
      const use = uses.get(place) ?? 0
      uses.set(place, use + 1)
      return { issue, use }
    })
    .toSorted((a, b) => a.use - b.use)
    .map(({ issue }) => issue)
}

const assign = (
  wanted: number,
  issues: ReadonlyArray<SolvedIssue>,
  pool: ReadonlyArray<Contributor>
): ReadonlyArray<readonly [SolvedIssue, Contributor]> => {
  const members = new Set(pool.map((member) => member.identity))
  const own = issues.filter((issue) => members.has(issue.solver.identity))
  const queues = new Map(
    Object.entries(Arrays.groupBy(own, (issue) => issue.solver.identity)).map(([solver, queue]) => [solver, queue.values()])
  )
  const wins = new Map<string, number>()
  const losses = new Map<string, number>()
  const meetings = new Map<string, number>()
  const count = (counts: ReadonlyMap<string, number>, key: string) => counts.get(key) ?? 0
  const pairOf = (a: Contributor, b: Contributor) => [a.identity, b.identity].sort().join(" ")

  const opponentOf = (issue: SolvedIssue): Contributor | undefined =>
    pool
      .filter(
        (other) =>
          other.identity !== issue.solver.identity &&
          other.identity !== issue.author.identity &&
          !ownsIt(other, issue) &&
          count(meetings, pairOf(issue.solver, other)) < MEETINGS
      )
      .reduce<Contributor | undefined>((best, other) => {
        if (best === undefined) return other
        const difference =
          count(losses, other.identity) - count(losses, best.identity) ||
          count(meetings, pairOf(issue.solver, other)) - count(meetings, pairOf(issue.solver, best))
        return difference < 0 ? other : best
      }, undefined)

  const matches: Array<readonly [SolvedIssue, Contributor]> = []
  while (matches.length < wanted && queues.size > 0) {
    const [solver] = [...queues.keys()].reduce<ReadonlyArray<string>>(
      ([best], next) => [best === undefined || count(wins, next) < count(wins, best) ? next : best],
      []
    )
    const issue = solver === undefined ? undefined : queues.get(solver)?.next().value
    if (solver === undefined || issue === undefined) {
      queues.delete(solver ?? "")
      continue
    }
    const other = opponentOf(issue)
    if (other === undefined) continue
    matches.push([issue, other])
    wins.set(solver, count(wins, solver) + 1)
    losses.set(other.identity, count(losses, other.identity) + 1)
    meetings.set(pairOf(issue.solver, other), count(meetings, pairOf(issue.solver, other)) + 1)
  }
  return matches
}

/**
 * Plans `wanted` matches, the same for the same facts: solvers take turns, each pull request is used once before any is used twice, and no
 * more miners take part than are needed or can be busy at once. With too few contributors or issues it plans what is possible and says why.
 */
export const planMatches = (facts: ReadonlyArray<PullRequestFact>, wanted: number): MatchPlan => {
  const solved = solvedIssues(facts)
  const eligible = byUseOfPullRequest(solved.filter((issue) => !ownsIt(issue.solver, issue)))
  const solvedBy = Arrays.groupBy(eligible, (issue) => issue.solver.identity)
  const pullRequestsOf = (contributor: Contributor) =>
    new Set(solvedBy[contributor.identity]?.map((issue) => placeOf(issue.pullRequest))).size
  const contributors = contributorsOf(facts).all.toSorted((a, b) => pullRequestsOf(b) - pullRequestsOf(a))

  let best: ReadonlyArray<readonly [SolvedIssue, Contributor]> = []
  for (
    let size = Math.min(FEWEST_MINERS, contributors.length);
    size <= contributors.length && best.length < Math.min(wanted, eligible.length);
    size++
  ) {
    const matches = assign(wanted, eligible, contributors.slice(0, size))
    if (matches.length > best.length) best = matches
  }
  const uses = Arrays.groupBy(best, ([issue]) => placeOf(issue.pullRequest))
  const matches = best.map(([issue, other]) => ({
    ...issue,
    other,
    sharesPullRequest: (uses[placeOf(issue.pullRequest)]?.length ?? 0) > 1
  }))
  const taking = new Set(matches.flatMap((match) => [match.solver.identity, match.other.identity]))
  return {
    matches,
    miners: contributorsOf(facts).all.filter((contributor) => taking.has(contributor.identity)),
    shortfall: matches.length >= wanted ? undefined : shortfallOf(wanted, matches.length, solved.length, eligible.length)
  }
}

const shortfallOf = (wanted: number, planned: number, solved: number, eligible: number): string => {
  const found = `${wanted} ${wanted === 1 ? "issue was" : "issues were"} asked for, and the data has ${solved} that exactly one pull request of another than the repository's most frequent author closed`
  const owned = eligible === solved ? "" : `, ${solved - eligible} of them solved by the repository's owner, who may not compete there`
  const unmatched =
    planned === eligible
      ? ""
      : `; for ${eligible - planned} there was no other contributor who had met the solver less than ${MEETINGS} times`
  return `${found}${owned}${unmatched}: ${planned} planned`
}
