/** Titles, logins and pull requests for the miner's display, as GitHub shows them now. For display only: no decision depends on them. */
import { Clock, Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { IssueRef } from "../../domain/IssueRef.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { GitHubAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"
import { GitHubDisplay, type ShownPullRequest } from "../../layers/github/display/GitHubDisplay.ts"
import type { MinerStatus } from "./status.ts"

export interface Names {
  /** Issue titles by the issue's id in the contract. */
  readonly titles: ReadonlyMap<number, string>
  /** GitHub logins: the miner's, if it is proven, and those of opponents, as their commitments at the head name them, proven or not. */
  readonly logins: ReadonlyMap<AccountAddress, string>
  /** Pull requests by the issue's id. Empty without a GitHub token. */
  readonly pulls: ReadonlyMap<number, ReadonlyArray<ShownPullRequest>>
}

export const noNames: Names = { titles: new Map(), logins: new Map(), pulls: new Map() }

const refOf = Schema.decodeUnknownOption(IssueRef)

const issuesOf = Effect.fn("miner.issues")(function* ({ competitions, enrolments }: MinerStatus) {
  const display = yield* GitHubDisplay
  const now = yield* Clock.currentTimeMillis
  const places = new Map([...competitions, ...enrolments].map(({ issue, repository, number }) => [issue, { repository, number }]))
  const sought = [...places]
    .flatMap(([issue, place]) => Option.toArray(Option.map(refOf(place), (ref) => ({ issue, ref, registeredAt: now }))))
    .slice(0, display.atOnce)
  const seen = yield* display.issues(sought)
  const shown = sought.flatMap(({ issue }, index) => {
    const found = seen[index]
    return found?._tag === "Shown" ? [{ issue, ...found }] : []
  })
  return {
    titles: new Map(shown.map(({ issue, title }) => [issue, title])),
    pulls: new Map(shown.flatMap(({ issue, pullRequests }) => (pullRequests === null ? [] : [[issue, pullRequests] as const])))
  }
})

const loginsOf = Effect.fn("miner.logins")(function* (hotkeys: Iterable<AccountAddress>, at: BlockReference) {
  const [display, accounts] = yield* Effect.all([GitHubDisplay, GitHubAccounts])
  const claimed = yield* accounts.claimedAt(at, [...new Set(hotkeys)])
  const known = yield* Effect.forEach(
    claimed,
    ([hotkey, account]) => Effect.option(Effect.map(display.profile(account), ({ login }) => [hotkey, login] as const)),
    { concurrency: 4 }
  )
  return new Map(known.flatMap(Option.toArray))
})

const PATIENCE = "10 seconds"

/** Logins of hotkeys, as their commitments at a block name them, proven or not: all of them, or none if GitHub or the node does not return them in time. Never fails. */
export const loginsAt = (hotkeys: Iterable<AccountAddress>, at: BlockReference) =>
  Effect.orElseSucceed(Effect.timeout(loginsOf(hotkeys, at), PATIENCE), () => noNames.logins)

const loginsIn = ({ competitions, githubAccount, hotkey }: MinerStatus) =>
  Effect.flatMap(Chain, ({ finalisedHead }) =>
    Effect.flatMap(finalisedHead, (head) =>
      loginsOf(
        [
          ...(githubAccount === null ? [] : [hotkey]),
          ...competitions.flatMap(({ phase, opponent }) => (phase === "over" ? [] : [opponent.hotkey]))
        ],
        head
      )
    )
  )

/** Titles and pull requests of the issues in a status, and logins: as many as GitHub returns within ten seconds. Never fails. */
export const namesIn = (status: MinerStatus) =>
  Effect.all(
    {
      issues: Effect.orElseSucceed(issuesOf(status), () => noNames),
      logins: Effect.orElseSucceed(loginsIn(status), () => noNames.logins)
    },
    { concurrency: 2 }
  ).pipe(
    Effect.timeoutTo({
      duration: PATIENCE,
      onSuccess: ({ issues, logins }): Names => ({ titles: issues.titles, pulls: issues.pulls, logins }),
      onTimeout: () => noNames
    })
  )
