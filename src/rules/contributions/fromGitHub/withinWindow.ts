/**
 * Selects the pull requests and issues of some accounts that count for a round in one repository, by GitHub's lists alone. Pure. Timestamps are
 * microseconds since 1970.
 */

import type { Listed } from "../../../domain/github/ContributionAnswers.ts"
import { isMaintainer } from "../../../domain/maintainers.ts"
import type { RosterRepository } from "../../../domain/Roster.ts"
import { MICROSECONDS_PER_DAY } from "../figures.ts"
import { stateAt } from "./records.ts"

/** The start of the window. `asked` is the start of that day, so that the request stays the same all day and its ETag stays useful. */
export const windowOf = ({ settings, now }: { readonly settings: Pick<RosterRepository, "scoring">; readonly now: number }) => {
  const since = now - settings.scoring.pr_lookback_days * MICROSECONDS_PER_DAY
  return {
    since,
    asked: `${new Date((Math.floor(since / MICROSECONDS_PER_DAY) * MICROSECONDS_PER_DAY) / 1000).toISOString().slice(0, 19)}Z`
  }
}

/**
 * Merged pull requests count by their merge, open ones always. Closed ones count if opened and closed within the window, so that old ones may be tidied up.
 */
export const isPullRequestWithin = (one: Listed, since: number, now: number): boolean => {
  const mergedAt = one.pull_request?.merged_at ?? null
  switch (stateAt({ mergedAt, closedAt: one.closed_at, state: one.state === "open" ? "OPEN" : "CLOSED" }, now)) {
    case "MERGED":
      return (mergedAt ?? 0) >= since
    case "CLOSED":
      return (one.closed_at ?? 0) >= since && one.created_at >= since
    case "OPEN":
      return true
  }
}

/** The entries of several lists by number, each in its newest version. */
export const newestOf = (lists: ReadonlyArray<ReadonlyArray<Listed>>): ReadonlyMap<number, Listed> => {
  const all = new Map<number, Listed>()
  for (const one of lists.flat()) {
    const before = all.get(one.number)
    if (before === undefined || before.updated_at <= one.updated_at) all.set(one.number, one)
  }
  return all
}

/** The entries that existed at `now`, sorted by number; and those of them that some accounts (GitHub ids) wrote. */
export const writtenBy = (all: ReadonlyMap<number, Listed>, accounts: ReadonlySet<string>, now: number) => {
  const everything = [...all.values()].filter(({ created_at }) => created_at <= now).toSorted((a, b) => a.number - b.number)
  return { everything, own: everything.filter(({ user }) => user !== null && accounts.has(String(user.id))) }
}

/** The entries that count. Pull requests of accounts with the right to merge do not. */
export const whatCounts = (own: ReadonlyArray<Listed>, since: number, now: number) => {
  const issues = own.filter(({ pull_request }) => pull_request === undefined)
  const isClosed = ({ closed_at }: Listed) => closed_at !== null && closed_at <= now
  return {
    pullRequests: own.filter(
      (one) => one.pull_request !== undefined && !isMaintainer(one.author_association) && isPullRequestWithin(one, since, now)
    ),
    closedIssues: issues.filter((one) => isClosed(one) && (one.closed_at ?? 0) >= since),
    openIssues: issues.filter((one) => !isClosed(one))
  }
}
