/** Selects the pull requests whose files a round needs from GitHub. Pure. */
import { Order } from "effect"
import { pullRequestKey, type RecordedPullRequest, type RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import { byRepository, repositoriesOf } from "../../../rules/contributions/repositories.ts"
import { type PullRequestId, pullRequestsToScore } from "../../../rules/contributions/scoreRound.ts"
import { whyDropped } from "../../../rules/contributions/whichPullRequests.ts"

/** A pull request whose files are needed, and the accounts whose scores depend on them. */
export interface NeededFiles extends PullRequestId {
  readonly base: string
  readonly head: string
  readonly accounts: ReadonlySet<string>
}

/**
 * Excludes the pull requests of an author with more open ones in a repository than any score allows. They earn nothing, and must not make validators
 * load thousands of files. Those that solved somebody's issue are loaded anyway.
 */
const mayEarn = (record: RoundRecord, pulls: ReadonlyArray<RecordedPullRequest>) => {
  const repositories = repositoriesOf(record.repos)
  const open = byRepository(
    pulls.filter((pull) => pull.state === "OPEN" && whyDropped(pull, repositories) === null),
    ({ repo_full_name }) => repo_full_name
  )
  return ({ repo_full_name }: RecordedPullRequest): boolean => {
    const name = repo_full_name.toLowerCase()
    const most = repositories.get(name)?.eligibility.max_open_pr_threshold ?? 0
    return (open.get(name)?.length ?? 0) <= most
  }
}

const byPlace = Order.combine(
  Order.mapInput(Order.string, ({ repository }: PullRequestId) => repository),
  Order.mapInput(Order.number, ({ number }: PullRequestId) => number)
)

interface Candidate {
  readonly base: string | null
  readonly head: string | null
  readonly accounts: Set<string>
  isNeeded: boolean
}

/**
 * The needed pull requests, sorted by repository and number, so that git can serve many of one repository at once. `includeClosed`: also those closed
 * without a merge, whose files decide no score.
 */
export const filesToLoad = (record: RoundRecord, includeClosed: boolean): ReadonlyArray<NeededFiles> => {
  const candidates = new Map<string, Candidate>()
  const add = (key: string, account: string, base: string | null, head: string | null, isNeeded: boolean) => {
    const candidate = candidates.get(key) ?? { base, head, accounts: new Set<string>(), isNeeded: false }
    candidate.accounts.add(account)
    candidate.isNeeded ||= isNeeded
    candidates.set(key, candidate)
  }
  for (const [account, pulls] of Object.entries(record.pulls))
    for (const { repo_full_name, pr_number, base_sha, head_sha, state } of pulls.filter(mayEarn(record, pulls)))
      add(pullRequestKey(repo_full_name, pr_number), account, base_sha, head_sha, includeClosed || state !== "CLOSED")
  for (const [account, issues] of Object.entries(record.issues))
    for (const { repo_full_name, solving_pr: solver } of issues)
      if (solver !== null) add(pullRequestKey(repo_full_name, solver.pr_number), account, solver.base_sha, solver.head_sha, true)
  const needed = pullRequestsToScore(record).flatMap(({ repository, number }) => {
    const found = candidates.get(pullRequestKey(repository, number))
    if (found === undefined || !found.isNeeded || found.base === null || found.head === null) return []
    return [{ repository, number, base: found.base, head: found.head, accounts: found.accounts }]
  })
  return needed.toSorted(byPlace)
}
