/**
 * Finds a repository's entries that GitHub listed before and does not list now. GitHub leaves entries out of lists while it hides their authors, and
 * lists can be empty during an outage. So an entry that was listed and still counts is missing evidence until it is proved to be gone. Pure.
 * Timestamps are microseconds since 1970.
 */
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { CountedEntries } from "./repositoryRecords.ts"

/**
 * An entry that counts: its number, its author, and the timestamp after which it leaves the window: of its merge or closing, or of its opening if it
 * was closed unmerged. Null: it is open.
 */
export type Entry = readonly [number: number, account: string, at: number | null]

/** The entries that count, sorted by their numbers. */
export const entriesOf = ({ closedIssues, openIssues, pullRequests }: CountedEntries, now: number): ReadonlyArray<Entry> =>
  [...pullRequests, ...closedIssues, ...openIssues]
    .flatMap(({ closed_at, created_at, number, pull_request, user }): ReadonlyArray<Entry> => {
      if (user === null) return []
      const mergedAt = pull_request?.merged_at ?? null
      const isOpen = closed_at === null || closed_at > now
      return [[number, String(user.id), isOpen ? null : (mergedAt ?? (pull_request === undefined ? closed_at : created_at))]]
    })
    .toSorted(([one], [other]) => one - other)

/** The former entries that still count and that the lists lack. `authors`: of every entry that GitHub lists; `accounts`: those that the lists cover. */
export const lostOf = (
  before: ReadonlyArray<Entry>,
  { authors, since }: { readonly authors: ReadonlyMap<number, string | undefined>; readonly since: number },
  accounts: ReadonlySet<string>
): ReadonlyArray<Entry> =>
  before.filter(([number, account, at]) => accounts.has(account) && (at === null || at >= since) && authors.get(number) !== account)

/** A repository's missing evidence, for each account the first entry. `lost`: the entries that are not proved to be gone, with why. */
export const missingOfLost = (
  repository: string,
  lost: ReadonlyArray<{ readonly entry: Entry; readonly why: string }>
): ReadonlyArray<MissingEvidence> => {
  const first = new Map(lost.toReversed().map(({ entry: [, account], why }) => [account, why]))
  return [...first].map(([account, why]) => ({ repository, account, why }))
}
