/**
 * What was listed of a repository and is not listed any more. GitHub leaves entries out of lists while it hides their authors, and lists are empty on bad days. So what
 * was listed and still counts, and is not listed, is missing until it is proved to be gone. Pure. Moments are microseconds since 1970.
 */
import type { MissingEvidence } from "../../../../domain/contributions/MissingEvidence.ts"
import type { Counted } from "./repositoryRecords.ts"

/** An entry that counts, by its number, its author, and when it was merged or closed (or opened, if it was closed unmerged): then it leaves the window. Null: it is open. */
export type Entry = readonly [number: number, account: string, at: number | null]

/** The entries that count, sorted by their numbers. */
export const entriesOf = ({ closedIssues, openIssues, pullRequests }: Counted, now: number): ReadonlyArray<Entry> =>
  [...pullRequests, ...closedIssues, ...openIssues]
    .flatMap(({ closed_at, created_at, number, pull_request, user }): ReadonlyArray<Entry> => {
      if (user === null) return []
      const mergedAt = pull_request?.merged_at ?? null
      const isOpen = closed_at === null || closed_at > now
      return [[number, String(user.id), isOpen ? null : (mergedAt ?? (pull_request === undefined ? closed_at : created_at))]]
    })
    .toSorted(([one], [other]) => one - other)

/** Those of the entries before that still count and that the lists do not have. `authors`: of every entry that GitHub lists; `accounts`: those that the lists are about. */
export const lostOf = (
  before: ReadonlyArray<Entry>,
  { authors, since }: { readonly authors: ReadonlyMap<number, string | undefined>; readonly since: number },
  accounts: ReadonlySet<string>
): ReadonlyArray<Entry> =>
  before.filter(([number, account, at]) => accounts.has(account) && (at === null || at >= since) && authors.get(number) !== account)

/** What is missing of a repository, for each account the first that is. `lost`: what is not proved to be gone, with why. */
export const missingOfLost = (
  repository: string,
  lost: ReadonlyArray<{ readonly entry: Entry; readonly why: string }>
): ReadonlyArray<MissingEvidence> => {
  const first = new Map(lost.toReversed().map(({ entry: [, account], why }) => [account, why]))
  return [...first].map(([account, why]) => ({ repository, account, why }))
}
