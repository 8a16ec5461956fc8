/** Limits how many pull requests of miners a repository's maintainers have to handle, by the roster's `burden`. Pure. */
import type { RecordedPullRequest, RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import { plainLabel } from "../../domain/labels.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import { HOURS_PER_DAY, MICROSECONDS_PER_SECOND, SECONDS_PER_HOUR } from "./figures.ts"
import { byRepository, type Repositories } from "./repositories.ts"
import { whyDropped } from "./whichPullRequests.ts"

const DAY = HOURS_PER_DAY * SECONDS_PER_HOUR * MICROSECONDS_PER_SECOND

const SPAM_LABELS: ReadonlySet<string> = new Set(["spam", "invalid", "ai slop"])

const byAge = (left: RecordedPullRequest, right: RecordedPullRequest): number =>
  left.created_at - right.created_at || left.pr_number - right.pr_number

/**
 * The open pull requests above a repository's limits: the newest of each miner above its own limit, then the newest of the rest above the common one.
 * `pulls`: those of all miners that count.
 */
export const openAboveLimits = (
  pulls: ReadonlyArray<RecordedPullRequest>,
  repositories: Repositories
): ReadonlySet<RecordedPullRequest> => {
  const above = new Set<RecordedPullRequest>()
  const open = pulls.filter(({ state }) => state === "OPEN").toSorted(byAge)
  for (const [name, all] of byRepository(open, ({ repo_full_name }) => repo_full_name)) {
    const { max_open_prs: most = Infinity, max_open_prs_per_miner: mostEach = Infinity } = repositories.get(name)?.burden ?? {}
    const within = new Map<string, number>()
    let count = 0
    for (const pull of all) {
      const own = within.get(pull.author_github_id) ?? 0
      if (own >= mostEach || count >= most) above.add(pull)
      else {
        within.set(pull.author_github_id, own + 1)
        count += 1
      }
    }
  }
  return above
}

/**
 * Pull requests that maintainers closed as spam, in repositories with the roster's `spam_days`: closed without a merge, and either locked as spam or
 * given such a label by a maintainer (by anybody if the repository has `trusted_label_pipeline`), but not by a miner.
 */
export const closedAsSpam = (
  { uids }: Pick<RoundRecord, "uids">,
  pulls: ReadonlyArray<RecordedPullRequest>,
  repositories: Repositories
): ReadonlyArray<RecordedPullRequest> => {
  const miners = new Set(Object.values(uids))
  return pulls.filter((pull) => {
    const rules = repositories.get(pull.repo_full_name.toLowerCase())
    if (rules?.burden?.spam_days === undefined || pull.state !== "CLOSED" || whyDropped(pull, repositories) !== null) return false
    const { locked_as_spam_by_github_id: locker } = pull
    if (locker !== undefined && !miners.has(locker)) return true
    return pull.labels.some(
      ({ actor_association, actor_github_id, name }) =>
        SPAM_LABELS.has(plainLabel(name)) &&
        (rules.trusted_label_pipeline || isMaintainer(actor_association)) &&
        (actor_github_id === null || !miners.has(actor_github_id))
    )
  })
}

/** Why a merged pull request scores nothing, if it was opened too soon after its author's pull request was closed as spam there. `spam`: the author's. */
export const whyBarred = (
  pull: RecordedPullRequest,
  spam: ReadonlyArray<RecordedPullRequest>,
  rules: RosterRepository | undefined
): string | undefined => {
  const days = rules?.burden?.spam_days
  if (days === undefined || pull.state !== "MERGED") return undefined
  const name = pull.repo_full_name.toLowerCase()
  const cause = spam.find(
    ({ closed_at, repo_full_name }) =>
      repo_full_name.toLowerCase() === name &&
      closed_at !== null &&
      pull.created_at >= closed_at &&
      pull.created_at < closed_at + days * DAY
  )
  return cause === undefined
    ? undefined
    : `it was opened within ${days} days after maintainers closed its author's #${cause.pr_number} as spam`
}

const WHOLE_MILLI = 1_000

/**
 * The remaining part of a repository's share, in thousandths: ⌊2000 × merged / decided⌋ if maintainers closed more than half of miners' decided pull
 * requests without a merge. Closings by miners do not count, so that nobody can devalue a repository by closing his own. `pulls`: those of all miners
 * in the repository that count.
 */
const shareLeft = (
  pulls: ReadonlyArray<RecordedPullRequest>,
  { burden }: Pick<RosterRepository, "burden">,
  miners: ReadonlySet<string | null>
): number => {
  const merged = pulls.filter(({ state }) => state === "MERGED").length
  const closed = pulls.filter(({ closed_by_github_id: by, state }) => state === "CLOSED" && by !== undefined && !miners.has(by)).length
  const decided = merged + closed
  const isEnough = burden?.min_decided_prs !== undefined && decided >= burden.min_decided_prs
  return isEnough ? Math.min(WHOLE_MILLI, Math.floor((2 * WHOLE_MILLI * merged) / decided)) : WHOLE_MILLI
}

/** The roster's repositories with their remaining shares. Nobody earns what a repository loses. `pulls`: those of all miners that count. */
export const withSharesLeft = (
  { repos, uids }: Pick<RoundRecord, "repos" | "uids">,
  pulls: ReadonlyArray<RecordedPullRequest>
): RoundRecord["repos"] => {
  const miners = new Set(Object.values(uids))
  const decided = byRepository(pulls, ({ repo_full_name }) => repo_full_name)
  return Object.fromEntries(
    Object.entries(repos).map(([name, rules]) => {
      const left = shareLeft(decided.get(name.toLowerCase()) ?? [], rules, miners)
      return [name, left === WHOLE_MILLI ? rules : { ...rules, emission_share: (rules.emission_share * left) / WHOLE_MILLI }]
    })
  )
}
