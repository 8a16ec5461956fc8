/**
 * A round measured: loaded from GitHub, with the totals of every pull request's files that the rules ask for, and with what could not be had named.
 */
import { Effect, Either } from "effect"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import { pullRequestKey, type RecordedPullRequest, type RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import { ContributionScores, type PullRequestFiles } from "../../layers/github/contributions/ContributionScores.ts"
import { Contributions, type Incomplete, type LoadedRound, type RoundRequest } from "../../layers/github/contributions/Contributions.ts"
import { totalsOf } from "./files/totals.ts"
import { byRepository, repositoriesOf } from "./rules/repositories.ts"
import { type PullRequestId, pullRequestsToScore, type TotalsByPullRequest } from "./rules/scoreRound.ts"
import { whyDropped } from "./rules/whichPullRequests.ts"

export interface MeasureRequest extends RoundRequest {
  /** The same value for as long as the roster does not change. */
  readonly rules: FileRules
  /** Closed pull requests too, whose files decide no score. Default: not. */
  readonly closedToo?: boolean | undefined
}

export interface MeasuredRound extends LoadedRound {
  readonly totals: TotalsByPullRequest
  /** File by file, by `pullRequestKey`. */
  readonly files: ReadonlyMap<string, PullRequestFiles>
}

/** Files under way at once: their texts are in memory. */
const AT_ONCE = 8

/** A pull request whose files are asked for, and for whose scores they matter. */
interface Sought extends PullRequestId {
  readonly base: string
  readonly head: string
  readonly accounts: ReadonlySet<string>
}

/**
 * Whoever has more open than any score allows earns nothing in that repository, whatever the files hold: nobody is made to load thousands of them. A
 * pull request that solved somebody's issue is loaded for that.
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

const soughtIn = (record: RoundRecord, closedToo: boolean): ReadonlyArray<Sought> => {
  const sought = new Map<
    string,
    { readonly base: string | null; readonly head: string | null; readonly accounts: Set<string>; counts: boolean }
  >()
  const add = (key: string, account: string, base: string | null, head: string | null, counts: boolean) => {
    const known = sought.get(key) ?? { base, head, accounts: new Set<string>(), counts: false }
    known.accounts.add(account)
    known.counts ||= counts
    sought.set(key, known)
  }
  for (const [account, pulls] of Object.entries(record.pulls))
    for (const pull of pulls.filter(mayEarn(record, pulls)))
      add(pullRequestKey(pull.repo_full_name, pull.pr_number), account, pull.base_sha, pull.head_sha, closedToo || pull.state !== "CLOSED")
  for (const [account, issues] of Object.entries(record.issues))
    for (const { repo_full_name, solving_pr: by } of issues)
      if (by !== null) add(pullRequestKey(repo_full_name, by.pr_number), account, by.base_sha, by.head_sha, true)
  return pullRequestsToScore(record).flatMap(({ repository, number }) => {
    const found = sought.get(pullRequestKey(repository, number))
    if (found === undefined || !found.counts || found.base === null || found.head === null) return []
    return [{ repository, number, base: found.base, head: found.head, accounts: found.accounts }]
  })
}

/** One of each repository and account. */
const once = (all: ReadonlyArray<Incomplete>): ReadonlyArray<Incomplete> => [
  ...new Map(all.toReversed().map((one) => [`${one.repository.toLowerCase()} ${one.account}`, one] as const)).values()
]

const byPlace = (a: Incomplete, b: Incomplete): number =>
  a.repository === b.repository ? ((a.account ?? "") < (b.account ?? "") ? -1 : 1) : a.repository < b.repository ? -1 : 1

/** Measures a round. Fails only when GitHub can be asked nothing at all, as without a token. */
export const measureRound = Effect.fn("measureRound")(function* ({ rules, closedToo = false, ...request }: MeasureRequest) {
  const contributions = yield* Contributions
  const scores = yield* ContributionScores
  const loaded = yield* contributions.load(request)
  const before = yield* contributions.cost
  const names = new Map(Object.keys(request.repositories).map((name) => [name.toLowerCase(), name]))
  const measured = yield* Effect.forEach(
    soughtIn(loaded.record, closedToo),
    (one) => Effect.map(Effect.either(scores.ofPullRequest(one, rules)), (files) => ({ one, files })),
    { concurrency: AT_ONCE }
  )
  const after = yield* contributions.cost
  const files = new Map<string, PullRequestFiles>()
  const lacking: Array<Incomplete> = []
  for (const { one, files: found } of measured) {
    if (Either.isRight(found)) files.set(pullRequestKey(one.repository, one.number), found.right)
    else
      for (const account of one.accounts)
        lacking.push({ repository: names.get(one.repository) ?? one.repository, account, why: found.left.message })
  }
  const round: MeasuredRound = {
    ...loaded,
    incomplete: once([...loaded.incomplete, ...lacking]).toSorted(byPlace),
    cost: {
      questions: loaded.cost.questions + after.questions - before.questions,
      points: loaded.cost.points + after.points - before.points
    },
    totals: new Map([...files].map(([key, one]) => [key, totalsOf(one.files)])),
    files
  }
  return round
})
