/** Data from GitHub for a miner's screen: titles and excerpts of issues, miners' logins, pull requests of running matches, and plays of the shown match. */
import { Duration, Effect } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../../../domain/IssueRef.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import { GitHubAccounts } from "../../../layers/github/accounts/GitHubAccounts.ts"
import {
  GitHubDisplay,
  type PullRequestPlace,
  type ShownPlay,
  type ShownPullRequest
} from "../../../layers/github/display/GitHubDisplay.ts"
import type { Board, BoardMatch } from "./board.ts"

/** All of it is optional: numbers are shown in place of missing texts. */
export interface KnownTexts {
  /** Titles of issues, by the issue's id in the contract. */
  readonly titles: ReadonlyMap<number, string>
  /** Beginnings of issues' texts, by the issue's id. */
  readonly excerpts: ReadonlyMap<number, string>
  /** Null: pull requests are unknown, for example without a token. */
  readonly pulls: ReadonlyMap<number, ReadonlyArray<ShownPullRequest> | null>
  /** Plays of pull requests, by `placeKey`; only of matches that were shown. */
  readonly plays: ReadonlyMap<string, ReadonlyArray<ShownPlay>>
  /** GitHub ids of the accounts that hotkeys name, proven or not. */
  readonly accounts: ReadonlyMap<AccountAddress, number>
  /** Logins of accounts, by GitHub's account id. */
  readonly logins: ReadonlyMap<number, string>
  /** Whether GitHub does not know the token. */
  readonly isRefused: boolean
}

export const nothingKnown: KnownTexts = {
  titles: new Map(),
  excerpts: new Map(),
  pulls: new Map(),
  plays: new Map(),
  accounts: new Map(),
  logins: new Map(),
  isRefused: false
}

export const placeKey = ({ repository, number }: PullRequestPlace): string => `${repository.toLowerCase()}#${number}`

export const loginOf = ({ accounts, logins }: KnownTexts, hotkey: AccountAddress | null): string | null =>
  (hotkey === null ? undefined : logins.get(accounts.get(hotkey) ?? -1)) ?? null

/** Profiles requested at once. The others wait for the next request. */
const PROFILES = 20

const hotkeysOf = ({ issues, matches }: Board): ReadonlyArray<AccountAddress> => [
  ...new Set(
    [...issues.flatMap(({ enrolled }) => enrolled), ...[...matches.values()].flatMap(({ a, b }) => [a, b])].flatMap(
      ({ hotkey }) => hotkey ?? []
    )
  )
]

/** The shown match's issue, issues with a running match, and issues without a known title. */
const soughtOf = ({ issues, matches, at }: Board, { titles }: KnownTexts, shown: BoardMatch | undefined) => {
  const running = new Set([...matches.values()].filter(({ status }) => status._tag === "Running").map(({ issue }) => issue))
  const others = issues.filter(({ id }) => id !== shown?.issue && (running.has(id) || !titles.has(id)))
  return [...(shown === undefined ? [] : [{ ...shown, id: shown.issue }]), ...others].map(({ id, repository, number }) => ({
    id,
    // The registration's time is unknown here, so any issue of this name is accepted.
    sought: { ref: IssueRef.make({ repository: RepositoryName.make(repository), number: IssueNumber.make(number) }), registeredAt: at }
  }))
}

/** Maximum of pull requests per competitor whose plays are requested, newest first. */
const PLAYED_PULLS = 5

const ofTheTwo = (
  { a, b }: BoardMatch,
  pulls: ReadonlyArray<ShownPullRequest>,
  accounts: KnownTexts["accounts"]
): ReadonlyArray<PullRequestPlace> =>
  [a, b].flatMap(({ hotkey }) => {
    const account = hotkey === null ? undefined : accounts.get(hotkey)
    const own = pulls.filter(({ authorId }) => authorId !== null && authorId === account)
    return own.toSorted((one, other) => other.createdAt - one.createdAt).slice(0, PLAYED_PULLS)
  })

/** Merges new data from GitHub into the known data. Never fails: without an answer, the known data stays. */
export const lookAtGitHub = Effect.fn("miner.gitHub")(
  function* (board: Board, before: KnownTexts, watched: number | null) {
    const shown = watched === null ? undefined : board.matches.get(watched)
    const [display, accounts, chain] = yield* Effect.all([GitHubDisplay, GitHubAccounts, Chain])
    const [titles, excerpts] = [new Map(before.titles), new Map(before.excerpts)]
    const [pulls, logins] = [new Map(before.pulls), new Map(before.logins)]
    const sought = soughtOf(board, before, shown).slice(0, display.atOnce)
    const seen = yield* Effect.orElseSucceed(display.issues(sought.map((one) => one.sought)), () => [])
    for (const [index, found] of seen.entries()) {
      const id = sought[index]?.id
      if (id === undefined || found._tag !== "Shown") continue
      titles.set(id, found.title)
      if (found.excerpt === null) excerpts.delete(id)
      else excerpts.set(id, found.excerpt)
      // Without a token there are no pull requests: keep those that were read with one.
      if (found.pullRequests !== null || !pulls.has(id)) pulls.set(id, found.pullRequests)
    }
    const hotkeys = hotkeysOf(board)
    const claimed = yield* Effect.orElseSucceed(
      Effect.flatMap(chain.finalisedHead, (head) => accounts.claimedAt(head, hotkeys)),
      () => before.accounts
    )
    const unknown = [...new Set(claimed.values())].filter((account) => !logins.has(account)).slice(0, PROFILES)
    const profiles = yield* Effect.forEach(unknown, (account) => Effect.option(display.profile(account)), { concurrency: 4 })
    for (const profile of profiles) if (profile._tag === "Some") logins.set(profile.value.id, profile.value.login)
    const plays = new Map(before.plays)
    if (shown !== undefined) {
      const places = ofTheTwo(shown, pulls.get(shown.issue) ?? [], claimed)
      const steps = yield* Effect.orElseSucceed(display.plays(places), () => [])
      for (const [index, place] of places.entries()) {
        const found = steps[index]
        if (found == null) continue
        plays.set(placeKey(place), found.plays)
        const known = pulls.get(shown.issue)?.map((one) => (placeKey(one) === placeKey(place) ? { ...one, ...found.standing } : one))
        if (known !== undefined) pulls.set(shown.issue, known)
      }
    }
    return { titles, excerpts, pulls, plays, accounts: claimed, logins, isRefused: yield* display.isRefused } satisfies KnownTexts
  },
  Effect.timeout(Duration.seconds(30))
)
