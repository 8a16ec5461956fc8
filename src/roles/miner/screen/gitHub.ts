/** What GitHub tells a miner's screen: titles and excerpts of issues, logins of miners, and pull requests of running competitions. */
import { Duration, Effect } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../../../domain/IssueRef.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { GitHubAccounts } from "../../../layers/github/GitHubAccounts.ts"
import { GitHubDisplay, type ShownPullRequest } from "../../../layers/github/GitHubDisplay.ts"
import type { Board } from "./board.ts"

/** Nothing of it is needed: what is missing is shown by numbers. */
export interface Known {
  /** By the issue's id in the contract. */
  readonly titles: ReadonlyMap<number, string>
  /** The beginnings of issues' texts, by the issue's id. */
  readonly excerpts: ReadonlyMap<number, string>
  /** Null: pull requests are not known, for example without a token. */
  readonly pulls: ReadonlyMap<number, ReadonlyArray<ShownPullRequest> | null>
  /** GitHub's ids of the accounts that hotkeys name, proven or not. */
  readonly accounts: ReadonlyMap<AccountAddress, number>
  /** By GitHub's id. */
  readonly logins: ReadonlyMap<number, string>
}

export const nothingKnown: Known = { titles: new Map(), excerpts: new Map(), pulls: new Map(), accounts: new Map(), logins: new Map() }

export const loginOf = ({ accounts, logins }: Known, hotkey: AccountAddress | null): string | null =>
  (hotkey === null ? undefined : logins.get(accounts.get(hotkey) ?? -1)) ?? null

/** Profiles asked for at once. More wait for the next look. */
const PROFILES = 20

const hotkeysOf = ({ issues, matches }: Board): ReadonlyArray<AccountAddress> => [
  ...new Set(
    [...issues.flatMap(({ enrolled }) => enrolled), ...[...matches.values()].flatMap(({ a, b }) => [a, b])].flatMap(
      ({ hotkey }) => hotkey ?? []
    )
  )
]

/** Issues whose title is not known, and those with a running competition, which change. */
const soughtOf = ({ issues, matches, at }: Board, { titles }: Known) => {
  const running = new Set([...matches.values()].filter(({ status }) => status._tag === "Running").map(({ issue }) => issue))
  return issues
    .filter(({ id }) => running.has(id) || !titles.has(id))
    .map(({ id, repository, number }) => ({
      id,
      // The screen does not know when it was registered, so any issue of this name is shown.
      sought: { ref: IssueRef.make({ repository: RepositoryName.make(repository), number: IssueNumber.make(number) }), registeredAt: at }
    }))
}

/** What is known after another look. Never fails: what GitHub does not answer stays as it was. */
export const lookAtGitHub = Effect.fn("miner.gitHub")(
  function* (board: Board, before: Known) {
    const [display, accounts, chain] = yield* Effect.all([GitHubDisplay, GitHubAccounts, Chain])
    const [titles, excerpts] = [new Map(before.titles), new Map(before.excerpts)]
    const [pulls, logins] = [new Map(before.pulls), new Map(before.logins)]
    const sought = soughtOf(board, before).slice(0, display.atOnce)
    const seen = yield* Effect.orElseSucceed(display.issues(sought.map((one) => one.sought)), () => [])
    for (const [index, found] of seen.entries()) {
      const id = sought[index]?.id
      if (id === undefined || found._tag !== "Shown") continue
      titles.set(id, found.title)
      if (found.excerpt === null) excerpts.delete(id)
      else excerpts.set(id, found.excerpt)
      pulls.set(id, found.pullRequests)
    }
    const hotkeys = hotkeysOf(board)
    const claimed = yield* Effect.orElseSucceed(
      Effect.flatMap(chain.finalisedHead, (head) => accounts.claimedAt(head, hotkeys)),
      () => before.accounts
    )
    const unknown = [...new Set(claimed.values())].filter((account) => !logins.has(account)).slice(0, PROFILES)
    const profiles = yield* Effect.forEach(unknown, (account) => Effect.option(display.profile(account)), { concurrency: 4 })
    for (const profile of profiles) if (profile._tag === "Some") logins.set(profile.value.id, profile.value.login)
    return { titles, excerpts, pulls, accounts: claimed, logins } satisfies Known
  },
  Effect.timeout(Duration.seconds(30))
)
