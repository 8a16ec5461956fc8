/** The records of an epoch's scored pull requests, the leaves of the report's Merkle tree. Pure. */
import type { AccountAddress } from "../../../domain/Account.ts"
import { pullRequestKey } from "../../../domain/contributions/RoundRecord.ts"
import { compareRecords, type ScoredRecord } from "../../../domain/ScoredRecord.ts"
import type { MethodCounts } from "./files/totals.ts"
import type { DiscoveredIssue } from "./issueDiscovery.ts"
import type { ScoredPullRequest } from "./scoreMiner.ts"
import type { TotalsByPullRequest } from "./scoreRound.ts"

/** The part of a miner's score that this epoch measured: none in repositories where an earlier score stands in. */
export interface MeasuredMiner {
  readonly uid: number
  readonly hotkey: AccountAddress
  readonly pullRequests: ReadonlyArray<ScoredPullRequest>
  readonly issues: ReadonlyArray<DiscoveredIssue>
}

/** How many files each rule scored, by `pullRequestKey`. */
export type MethodsByPullRequest = ReadonlyMap<string, MethodCounts>

interface Place {
  readonly repository: string
  readonly number: number
  readonly base: string | null
  readonly head: string | null
}

/**
 * One record for each pull request that has files or a fixed base score: merged and open ones of measured miners, and those of anybody that solved a
 * measured miner's issue. Sorted.
 */
export const scoredRecords = (
  miners: ReadonlyArray<MeasuredMiner>,
  totals: TotalsByPullRequest,
  methods: MethodsByPullRequest
): ReadonlyArray<ScoredRecord> => {
  const records = new Map<string, ScoredRecord>()
  const add = ({ repository, number, base, head }: Place, record: Pick<ScoredRecord, "state" | "score" | "author" | "finder">) => {
    const key = pullRequestKey(repository, number)
    const files = totals.get(key)
    if (files === undefined && record.score === 0) return
    records.set(key, {
      repository: repository.toLowerCase(),
      number,
      base,
      head,
      methods: methods.get(key) ?? {},
      tokens: files?.tokenScore ?? 0,
      source: files?.sourceScore ?? 0,
      total: files?.total ?? 0,
      ...record
    })
  }
  for (const { uid, hotkey, pullRequests } of miners)
    for (const { pull, factors, earned, collateral } of pullRequests)
      if (pull.state !== "CLOSED")
        add(
          { repository: pull.repo_full_name, number: pull.pr_number, base: pull.base_sha, head: pull.head_sha },
          { state: pull.state, score: factors.work?.alone ?? factors.base, author: { uid, hotkey, earned, collateral }, finder: null }
        )
  for (const { uid, hotkey, issues } of miners)
    for (const { issue, base, earned } of issues) {
      const { repo_full_name: repository, solving_pr: by } = issue
      if (by === null) continue
      const author = records.get(pullRequestKey(repository, by.pr_number))?.author ?? null
      const finder = { uid, hotkey, issue: issue.issue_number, earned }
      add({ repository, number: by.pr_number, base: by.base_sha, head: by.head_sha }, { state: "MERGED", score: base, author, finder })
    }
  return [...records.values()].toSorted(compareRecords)
}
