/**
 * Plans which solved issues become bounties, and who competes with the true solver. The plan obeys the validators' pair rule (two miners meet at
 * most twice) with as few miners as possible.
 */
import { Array as Arrays, Option } from "effect"
import { type Contributor, contributorsOf } from "./contributors.ts"
import { type PullRequestFact, placeOf } from "./GitHubFacts.ts"
import { type SolvedIssue, solvedIssues } from "./solvedIssues.ts"

export interface PlannedMatch extends SolvedIssue {
  /** The competitor that did not solve the issue: never the repository's owner, and its most frequent author only as a last resort. */
  readonly other: Contributor
}

export interface MatchPlan {
  readonly matches: ReadonlyArray<PlannedMatch>
  /** All competitors, by login. */
  readonly miners: ReadonlyArray<Contributor>
  /** One sentence on why there are fewer matches than asked for; undefined if there are enough. */
  readonly shortfall: string | undefined
}

/** Two miners meet at most this often. (Validators count a window of 60 days; a plan counts all matches.) */
const MEETINGS = 2
/** A plan uses at least this many miners if the data has them, so that six competitions can run at the same time. */
const FEWEST_MINERS = 12
/** A subnet has 256 neurons, and some of them are validators and the treasury. */
const MOST_MINERS = 240
/** Each further attempt multiplies the number of miners by this. */
const MINERS_FACTOR = 1.1

const ownerOf = (repository: string) => repository.slice(0, repository.indexOf("/")).toLowerCase()

/** An owner may not compete in its own repository. */
const ownsIt = (contributor: Contributor, issue: SolvedIssue) => contributor.login.toLowerCase() === ownerOf(issue.repository)

/** Orders issues so that every pull request's first issue comes before any second one. */
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

/** The issues on which two miners meet. */
type Meeting = Array<SolvedIssue>
interface Wish {
  readonly issue: SolvedIssue
  /** The wish for whose issue this one makes room, and the meeting that this issue leaves. */
  readonly before: { readonly wish: Wish; readonly meeting: Meeting; readonly other: Contributor } | undefined
}

/** How opponents are chosen. */
interface Rules {
  /** Whether earlier issues may change opponents when a later one has none left, so that no issue is dropped needlessly. */
  readonly rearrange: boolean
  /** Whether the repository's most frequent author may be an opponent. */
  readonly authors: boolean
}

/** Assigns opponents to issues, at most MEETINGS for each two miners: a bipartite matching by shortest augmenting paths. */
const makeOpponents = (pool: ReadonlyArray<Contributor>, { rearrange, authors }: Rules) => {
  const losses = new Map<string, number>()
  const meetings = new Map<string, Meeting>()
  const chosen = new Map<SolvedIssue, Contributor>()
  // A meeting without an augmenting path never gets one, because meetings only fill up.
  const exhausted = new Set<Meeting>()
  const meetingOf = (issue: SolvedIssue, other: Contributor): Meeting => {
    const key = JSON.stringify([issue.solver.identity, other.identity].sort())
    const meeting = meetings.get(key) ?? []
    meetings.set(key, meeting)
    return meeting
  }
  const lossesOf = (other: Contributor) => losses.get(other.identity) ?? 0
  const isAuthor = (issue: SolvedIssue, other: Contributor) => Number(other.identity === issue.author.identity)

  const candidatesOf = (issue: SolvedIssue) =>
    pool
      .filter((other) => mayOppose(other, issue) && (authors || isAuthor(issue, other) === 0))
      .map((other) => ({ other, meeting: meetingOf(issue, other) }))
      .toSorted(
        (a, b) =>
          isAuthor(issue, a.other) - isAuthor(issue, b.other) ||
          lossesOf(a.other) - lossesOf(b.other) ||
          a.meeting.length - b.meeting.length
      )

  const give = ({ issue, before }: Wish, other: Contributor, meeting: Meeting): void => {
    const left = chosen.get(issue)
    if (left !== undefined) losses.set(left.identity, lossesOf(left) - 1)
    chosen.set(issue, other)
    losses.set(other.identity, lossesOf(other) + 1)
    meeting.push(issue)
    if (before === undefined) return
    before.meeting.splice(before.meeting.indexOf(issue), 1)
    give(before.wish, before.other, before.meeting)
  }

  const find = (issue: SolvedIssue): boolean => {
    const wishes: Array<Wish> = [{ issue, before: undefined }]
    const tried = new Set<Meeting>()
    for (const wish of wishes) {
      const candidates = candidatesOf(wish.issue)
      const free = candidates.find(({ meeting }) => meeting.length < MEETINGS)
      if (free !== undefined) {
        give(wish, free.other, free.meeting)
        return true
      }
      if (!rearrange) return false
      for (const { other, meeting } of candidates) {
        if (tried.has(meeting) || exhausted.has(meeting)) continue
        tried.add(meeting)
        wishes.push(...meeting.map((held) => ({ issue: held, before: { wish, meeting, other } })))
      }
    }
    for (const meeting of tried) exhausted.add(meeting)
    return false
  }
  return { find, of: (issue: SolvedIssue) => chosen.get(issue) }
}

/** Whether a contributor may compete with the solver: not the repository's owner, nor an account that shares the solver's login. */
const mayOppose = (other: Contributor, issue: SolvedIssue): boolean =>
  other.identity !== issue.solver.identity &&
  other.name.toLowerCase() !== issue.pullRequest.author.login.toLowerCase() &&
  !ownsIt(other, issue)

const assign = (
  wanted: number,
  issues: ReadonlyArray<SolvedIssue>,
  pool: ReadonlyArray<Contributor>,
  rules: Rules
): ReadonlyArray<readonly [SolvedIssue, Contributor]> => {
  const members = new Set(pool.map((member) => member.identity))
  const own = issues.filter((issue) => members.has(issue.solver.identity))
  const queues = new Map(
    Object.entries(Arrays.groupBy(own, (issue) => issue.solver.identity)).map(([solver, queue]) => [solver, queue.values()])
  )
  const opponents = makeOpponents(pool, rules)
  const wins = new Map<string, number>()
  const winsOf = (solver: string) => wins.get(solver) ?? 0

  const planned: Array<SolvedIssue> = []
  while (planned.length < wanted && queues.size > 0) {
    const [solver] = [...queues.keys()].reduce<ReadonlyArray<string>>(
      ([best], next) => [best === undefined || winsOf(next) < winsOf(best) ? next : best],
      []
    )
    const issue = solver === undefined ? undefined : queues.get(solver)?.next().value
    if (solver === undefined || issue === undefined) {
      queues.delete(solver ?? "")
      continue
    }
    if (!opponents.find(issue)) continue
    planned.push(issue)
    wins.set(solver, winsOf(solver) + 1)
  }
  return planned.flatMap((issue) => {
    const other = opponents.of(issue)
    return other === undefined ? [] : [[issue, other] as const]
  })
}

/** The attempts, from few miners to the maximum. The last resort lets a repository's most frequent author compete. */
const attempts = (contributors: number): ReadonlyArray<Rules & { readonly miners: number }> => {
  const most = Math.min(MOST_MINERS, contributors)
  const fewer = Arrays.unfold(Math.min(FEWEST_MINERS, most), (size) =>
    size < most ? Option.some([size, Math.ceil(size * MINERS_FACTOR)]) : Option.none()
  )
  return [
    ...fewer.map((miners) => ({ miners, rearrange: false, authors: false })),
    { miners: most, rearrange: true, authors: false },
    { miners: most, rearrange: true, authors: true }
  ]
}

/**
 * Plans `wanted` matches (Infinity for all). The same facts always give the same plan. Solvers take turns, each pull request is used once before
 * any is used twice, and the plan uses no more miners than needed (within a tenth). With too few contributors or issues, it plans what is possible
 * and says why.
 */
export const planMatches = (facts: ReadonlyArray<PullRequestFact>, wanted: number): MatchPlan => {
  const solved = solvedIssues(facts)
  const eligible = byUseOfPullRequest(solved.filter((issue) => !ownsIt(issue.solver, issue)))
  const possible = Math.min(wanted, eligible.length)
  const solvedBy = new Map(Object.entries(Arrays.groupBy(eligible, (issue) => issue.solver.identity)))
  const issuesOf = ({ identity }: Contributor) => solvedBy.get(identity) ?? []
  const pullRequests = new Map(
    [...solvedBy].map(([solver, issues]) => [solver, new Set(issues.map((issue) => placeOf(issue.pullRequest))).size])
  )
  const pullRequestsOf = ({ identity }: Contributor) => pullRequests.get(identity) ?? 0
  const { all } = contributorsOf(facts)
  const contributors = all.toSorted((a, b) => pullRequestsOf(b) - pullRequestsOf(a))

  let best: ReadonlyArray<readonly [SolvedIssue, Contributor]> = []
  for (const { miners, ...rules } of attempts(contributors.length)) {
    if (best.length >= possible) break
    const solvable = contributors.slice(0, miners).reduce((sum, contributor) => sum + issuesOf(contributor).length, 0)
    // Cannot succeed, except as a last resort.
    if (!rules.rearrange && Math.min(solvable, ((miners * (miners - 1)) / 2) * MEETINGS) < possible) continue
    const matches = assign(possible, eligible, contributors.slice(0, miners), rules)
    if (matches.length > best.length) best = matches
  }
  const matches = best.map(([issue, other]) => ({ ...issue, other }))
  const taking = new Set(matches.flatMap((match) => [match.solver.identity, match.other.identity]))
  return {
    matches,
    miners: all.filter((contributor) => taking.has(contributor.identity)),
    shortfall:
      matches.length >= (Number.isFinite(wanted) ? wanted : Math.max(1, solved.length))
        ? undefined
        : shortfallOf(wanted, matches.length, solved.length, eligible.length)
  }
}

const shortfallOf = (wanted: number, planned: number, solved: number, eligible: number): string => {
  const asked = !Number.isFinite(wanted) ? "all issues were" : wanted === 1 ? "1 issue was" : `${wanted} issues were`
  const found = `${asked} asked for, and the data has ${solved} issues closed by exactly one pull request whose author is not the repository's most frequent one`
  const owned = eligible === solved ? "" : `, ${solved - eligible} of them solved by the repository's owner, who may not compete there`
  const unmatched =
    planned >= Math.min(wanted, eligible)
      ? ""
      : `; for ${Math.min(wanted, eligible) - planned} there was no other contributor that had met the solver fewer than ${MEETINGS} times, or no room among ${MOST_MINERS} miners`
  return `${found}${owned}${unmatched}: ${planned} planned`
}
