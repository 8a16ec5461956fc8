/** Fetches an epoch's reports for an audit: each from its author and from others that have counted it, so that equivocations are seen. */
import { Effect, Option, Ref } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { AxonTarget } from "../../domain/Metagraph.ts"
import { PeerReports } from "../../layers/chain/axon/reports/PeerReports.ts"
import type { Served } from "./servedReport.ts"

/** Concurrent requests. A stalled one takes three seconds. */
const CONCURRENCY = 16

/** How many answers about one report are normally enough, and how many relays are asked if its author answered. */
const ANSWERS = 2
const RELAYS_ASKED = 3

/** Axons of an epoch's validators: as published then, and as published now. */
export interface Givers {
  readonly targets: ReadonlyArray<AxonTarget>
  readonly fetch: (from: AxonTarget, epoch: number, of: AccountAddress) => Effect.Effect<Option.Option<Served>>
}

const placeOf = ({ ip, port }: AxonTarget): string => `${ip} ${port}`

/** Axons that do not answer at all are asked once only. */
export const giversOf = Effect.fn("giversOf")(function* (targets: ReadonlyArray<AxonTarget>) {
  const reports = yield* PeerReports
  const silent = yield* Ref.make<ReadonlySet<string>>(new Set())
  const fetch = Effect.fn("fetchForAudit")(function* (from: AxonTarget, epoch: number, of: AccountAddress) {
    if ((yield* Ref.get(silent)).has(placeOf(from))) return Option.none<Served>()
    return yield* reports.report(from, epoch, of === from.hotkey ? undefined : of).pipe(
      Effect.map((text): Served => ({ of, from: from.hotkey, text })),
      Effect.tapError(({ reason }) =>
        reason === "unreachable" || reason === "slow" ? Ref.update(silent, (before) => new Set(before).add(placeOf(from))) : Effect.void
      ),
      Effect.option
    )
  })
  const places = new Map(targets.map((target) => [`${target.hotkey} ${placeOf(target)}`, target]))
  const givers: Givers = { targets: [...places.values()], fetch }
  return givers
})

/** All axons but the author's, starting at a different one for each author, to spread the requests. */
const relaysFor = (of: AccountAddress, targets: ReadonlyArray<AxonTarget>): ReadonlyArray<AxonTarget> => {
  const others = targets.filter(({ hotkey }) => hotkey !== of).toSorted((one, other) => (one.hotkey < other.hotkey ? -1 : 1))
  const first = Math.max(
    0,
    others.findIndex(({ hotkey }) => hotkey > of)
  )
  return [...others.slice(first), ...others.slice(0, first)]
}

/** The texts that authors and relays serve as the reports of these validators. All relays are asked if the author gives none, and about `suspect`. */
export const gatherReports = Effect.fn("gatherReports")(function* (
  { targets, fetch }: Givers,
  epoch: number,
  validators: ReadonlyArray<AccountAddress>,
  suspect: AccountAddress | undefined
) {
  const ask = Effect.fn("askForReport")(function* (of: AccountAddress) {
    const own = yield* Effect.forEach(
      targets.filter(({ hotkey }) => hotkey === of),
      (target) => fetch(target, epoch, of)
    )
    let found = own.flatMap(Option.toArray)
    const relays = relaysFor(of, targets)
    for (const relay of found.length > 0 && of !== suspect ? relays.slice(0, RELAYS_ASKED) : relays) {
      if (new Set(found.map(({ from }) => from)).size >= ANSWERS && of !== suspect) break
      found = [...found, ...Option.toArray(yield* fetch(relay, epoch, of))]
    }
    return found
  })
  return (yield* Effect.forEach(validators, ask, { concurrency: CONCURRENCY })).flat()
})
