/** Joins the repositories' parts into a round's record. Pure. */
import type { RecordedIssue, RecordedPullRequest, RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import { RECYCLE_UID } from "../../../domain/Metagraph.ts"

interface Part {
  readonly pulls: ReadonlyArray<RecordedPullRequest>
  readonly issues: ReadonlyArray<RecordedIssue>
  readonly pushers: readonly [repository: string, accounts: ReadonlyArray<string>] | undefined
}

const byPlace =
  <A extends { readonly repo_full_name: string }>(number: (one: A) => number) =>
  (a: A, b: A) =>
    a.repo_full_name === b.repo_full_name ? number(a) - number(b) : a.repo_full_name < b.repo_full_name ? -1 : 1

const groupByAuthor = <A extends { readonly author_github_id: string | null }>(
  accounts: ReadonlyArray<string>,
  all: ReadonlyArray<A>
): Record<string, ReadonlyArray<A>> => {
  const groups = new Map<string, Array<A>>(accounts.map((id) => [id, []]))
  for (const one of all) groups.get(one.author_github_id ?? "")?.push(one)
  return Object.fromEntries(groups)
}

/** UIDs of the maintainers, sorted. Two UIDs with one account get nothing as maintainers either. */
const uidsOf = (uids: RoundRecord["uids"], maintainers: ReadonlySet<string>): ReadonlyArray<number> => {
  const claims = Object.entries(uids).flatMap(([uid, account]) => (Number(uid) === RECYCLE_UID ? [] : [account]))
  return Object.entries(uids)
    .flatMap(([uid, account]) => (account !== null && maintainers.has(account) ? [{ uid: Number(uid), account }] : []))
    .flatMap(({ uid, account }) => (uid !== RECYCLE_UID && claims.indexOf(account) === claims.lastIndexOf(account) ? [uid] : []))
    .toSorted((a, b) => a - b)
}

/** The record. `accounts`: GitHub ids, each with its own lists. `maintainers`: those with the right to merge, by repository. */
export const roundOf = (
  { now, repositories, uids }: { readonly now: number; readonly repositories: RoundRecord["repos"]; readonly uids: RoundRecord["uids"] },
  accounts: ReadonlyArray<string>,
  parts: ReadonlyArray<Part>,
  maintainers: Iterable<readonly [repository: string, accounts: ReadonlyArray<string>]>
): RoundRecord => {
  const pushers = parts.flatMap((part) => (part.pushers === undefined ? [] : [part.pushers]))
  return {
    now,
    repos: repositories,
    uids,
    pulls: groupByAuthor(accounts, parts.flatMap(({ pulls }) => pulls).toSorted(byPlace(({ pr_number }) => pr_number))),
    issues: groupByAuthor(accounts, parts.flatMap(({ issues }) => issues).toSorted(byPlace(({ issue_number }) => issue_number))),
    files: {},
    maintainer_uids_by_repo: Object.fromEntries(
      [...maintainers]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([repository, accounts]) => {
          const maintaining = uidsOf(uids, new Set(accounts))
          return maintaining.length === 0 ? [] : [[repository, maintaining] as const]
        })
    ),
    ...(pushers.length === 0 ? {} : { pushers_by_repo: Object.fromEntries(pushers) })
  }
}
