/** The names by which people know a miner's issues and opponents, as GitHub has them now. Nothing depends on them. */
import { Clock, Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { IssueRef } from "../../domain/IssueRef.ts"
import { Chain } from "../../layers/chain/Chain.ts"
import { GitHubAccounts } from "../../layers/github/GitHubAccounts.ts"
import { GitHubDisplay } from "../../layers/github/GitHubDisplay.ts"
import type { MinerStatus } from "./status.ts"

export interface Names {
  /** Titles by the issue's id in the contract. */
  readonly titles: ReadonlyMap<number, string>
  /** The names of the accounts that opponents' commitments name at the head, proven or not. */
  readonly logins: ReadonlyMap<AccountAddress, string>
}

export const noNames: Names = { titles: new Map(), logins: new Map() }

const refOf = Schema.decodeUnknownOption(IssueRef)

const titlesOf = Effect.fn("miner.titles")(function* ({ competitions, enrolments }: MinerStatus) {
  const display = yield* GitHubDisplay
  const now = yield* Clock.currentTimeMillis
  const places = new Map([...competitions, ...enrolments].map(({ issue, repository, number }) => [issue, { repository, number }]))
  const sought = [...places]
    .flatMap(([issue, place]) => Option.toArray(Option.map(refOf(place), (ref) => ({ issue, ref, registeredAt: now }))))
    .slice(0, display.atOnce)
  const seen = yield* display.issues(sought)
  return new Map(
    sought.flatMap(({ issue }, index) => {
      const found = seen[index]
      return found?._tag === "Shown" ? [[issue, found.title] as const] : []
    })
  )
})

const loginsOf = Effect.fn("miner.logins")(function* ({ competitions }: MinerStatus) {
  const [display, accounts, chain] = yield* Effect.all([GitHubDisplay, GitHubAccounts, Chain])
  const opponents = [...new Set(competitions.filter(({ phase }) => phase !== "over").map(({ opponent }) => opponent.hotkey))]
  const claimed = yield* accounts.claimedAt(yield* chain.finalisedHead, opponents)
  const known = yield* Effect.forEach(
    claimed,
    ([hotkey, account]) => Effect.option(Effect.map(display.profile(account), ({ login }) => [hotkey, login] as const)),
    { concurrency: 4 }
  )
  return new Map(known.flatMap(Option.toArray))
})

/** Titles of the issues and logins of the opponents in a status, as many as GitHub answers within ten seconds. Never fails. */
export const namesIn = (status: MinerStatus) =>
  Effect.all(
    {
      titles: Effect.orElseSucceed(titlesOf(status), () => noNames.titles),
      logins: Effect.orElseSucceed(loginsOf(status), () => noNames.logins)
    },
    { concurrency: 2 }
  ).pipe(Effect.timeoutTo({ duration: "10 seconds", onSuccess: (names): Names => names, onTimeout: () => noNames }))
