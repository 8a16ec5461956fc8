/**
 * Collects the other validators' reports of an epoch, between its blocks E + D1 and E + D2. A report is fetched from its author, or from any
 * validator that has counted it: its signature and its commitment identify it. A counted report is on disk before it is used.
 */
import { Effect, Either, Option, Schema } from "effect"
import { reportHash, type SignedReport, signedReport } from "../domain/Report.ts"
import { PeerReports } from "../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../layers/machine/effects/contained.ts"
import { count } from "../layers/machine/telemetry/metrics.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import { Equivocations } from "../layers/storage/dataFolder/Equivocations.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import type { Collection, Peer } from "./Collection.ts"
import { noteCounted, noteRefused } from "./equivocations.ts"
import { type Refusal, refusalOf } from "./rules/admission.ts"

/** Concurrent requests. A stalled one takes three seconds. */
const CONCURRENCY = 16

/** How many other validators are asked for a report that its author does not serve. */
const RELAYS = 3

const decode = Schema.decodeUnknownEither(signedReport.Text)

/** Checks a text that was served as this peer's report. */
const checked = (text: string, { hotkey, committed }: Peer, collection: Collection): Either.Either<SignedReport, Refusal> => {
  const found = decode(text)
  if (Either.isLeft(found)) return Either.left("malformed")
  const refusal = refusalOf(found.right.body, reportHash(found.right.body), { ...collection, hotkey, committed })
  return refusal === undefined ? Either.right(found.right) : Either.left(refusal)
}

const refused = (peer: Peer, reason: string) =>
  Effect.zipRight(
    count("gittensor_peer_reports_refused_total", { reason }),
    Effect.logDebug(`the report of ${peer.hotkey} does not count: ${reason}`)
  )

/** Fetches a peer's report from an axon and stores it. Returns whether it counts. An unreadable one does not. */
const fetchFrom = Effect.fn("fetchReport")(
  function* (peer: Peer, from: Peer, collection: Collection) {
    if (from.axon === null) return false
    const [reports, archive, challenges] = yield* Effect.all([PeerReports, PeerArchive, Challenges])
    const of = from.hotkey === peer.hotkey ? undefined : peer.hotkey
    const fetched = yield* Effect.option(reports.report({ ...from.axon, hotkey: from.hotkey }, collection.epoch.index, of))
    if (Option.isNone(fetched)) return false
    const report = checked(fetched.value, peer, collection)
    if (Either.isLeft(report)) {
      yield* refused(peer, report.left)
      yield* noteRefused(fetched.value, peer, collection)
      return false
    }
    yield* archive.keep(report.right)
    yield* noteCounted(report.right)
    if (of === undefined) yield* challenges.mark(collection.epoch.index, peer.hotkey, "gave")
    yield* count("gittensor_peer_reports_counted_total")
    return true
  },
  (fetching, _, { hotkey }) => contained("peer", hotkey, fetching, () => Effect.succeed(false))
)

/** The other validators that may have counted a peer's report, starting at a different one for each peer, to spread the requests. */
const relaysFor = (peer: Peer, givers: ReadonlyArray<Peer>): ReadonlyArray<Peer> => {
  const others = givers.filter(({ hotkey }) => hotkey !== peer.hotkey)
  const first = others.findIndex(({ hotkey }) => hotkey > peer.hotkey)
  return [...others.slice(Math.max(0, first)), ...others.slice(0, Math.max(0, first))].slice(0, RELAYS)
}

/**
 * One pass over the peers whose reports are missing: first their own axons, then those of peers that served theirs. Returns the hotkeys that are
 * still missing. A peer without a commitment is not asked, nor one with a proven equivocation, because no report of it could count.
 */
export const collectReports = Effect.fn("collectReports")(function* (collection: Collection) {
  yield* Effect.annotateCurrentSpan({ epoch: collection.epoch.index, peers: collection.peers.length })
  const [archive, equivocations] = yield* Effect.all([PeerArchive, Equivocations])
  const had = yield* archive.of(collection.epoch.index)
  const proven = yield* equivocations.of(collection.epoch.index)
  const wanted = collection.peers.filter(({ hotkey, committed }) => committed !== null && !had.has(hotkey) && !proven.has(hotkey))
  const given = yield* Effect.filter(wanted, (peer) => fetchFrom(peer, peer, collection), { concurrency: CONCURRENCY })
  const left = wanted.filter((peer) => !given.includes(peer))
  const givers = collection.peers.filter((peer) => had.has(peer.hotkey) || given.includes(peer))
  const missing = yield* Effect.filter(
    left,
    (peer) =>
      Effect.reduce(relaysFor(peer, givers), false, (found, from) =>
        found ? Effect.succeed(true) : fetchFrom(peer, from, collection)
      ).pipe(Effect.map((found) => !found)),
    { concurrency: CONCURRENCY }
  )
  return missing.map(({ hotkey }) => hotkey)
})
