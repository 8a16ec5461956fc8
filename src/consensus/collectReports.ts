/**
 * Collects the reports of an epoch that were committed. A report is fetched from its author, or from any validator that has it: its signature and its
 * commitment identify it. It is on disk before it is used.
 */
import { Effect, Either, Option, Random, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { isOfAnotherEdition, type Report, reportHash, type SignedReport, signedReport } from "../domain/Report.ts"
import { PeerReports } from "../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../layers/machine/effects/contained.ts"
import { count } from "../layers/machine/telemetry/metrics.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import { Equivocations } from "../layers/storage/dataFolder/Equivocations.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../layers/storage/dataFolder/Reports.ts"
import { type Refusal, refusalOf } from "../rules/consensus/admission.ts"
import type { Collection, Peer } from "./Collection.ts"
import { noteCounted, noteRefused } from "./equivocations.ts"

/** Concurrent requests. A stalled one takes three seconds. */
const CONCURRENCY = 16

/** How many other validators are asked for a report that its author does not serve. */
const RELAYS_ASKED = 3

const decode = Schema.decodeUnknownEither(signedReport.Text)

/** Checks a text that was served as this peer's report. */
const checkReport = (text: string, { hotkey, committed }: Peer, collection: Collection): Either.Either<SignedReport, Refusal> => {
  const found = decode(text)
  if (Either.isLeft(found)) return Either.left(isOfAnotherEdition(text) ? "another edition" : "malformed")
  const refusal = refusalOf(found.right.body, reportHash(found.right.body), { ...collection, hotkey, committed })
  return refusal === undefined ? Either.right(found.right) : Either.left(refusal)
}

const refused = (peer: Peer, reason: string) =>
  Effect.zipRight(
    count("gittensor_peer_reports_refused_total", { reason }),
    Effect.logDebug(`the report of ${peer.hotkey} is not kept: ${reason}`)
  )

/** Fetches a peer's report from an axon and stores it. Returns whether it is here now. */
const fetchFrom = Effect.fn("fetchReport")(
  function* (peer: Peer, from: Peer, collection: Collection) {
    if (from.axon === null) return false
    const [reports, archive, challenges] = yield* Effect.all([PeerReports, PeerArchive, Challenges])
    const of = from.hotkey === peer.hotkey ? undefined : peer.hotkey
    const fetched = yield* Effect.option(reports.report({ ...from.axon, hotkey: from.hotkey }, collection.epoch.index, of))
    if (Option.isNone(fetched)) return false
    const report = checkReport(fetched.value, peer, collection)
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

/** Asks a few of these for a peer's report, one after the other. Each pass asks others. Returns whether it is here now. */
const fetchFromSome = Effect.fn("fetchFromSome")(function* (peer: Peer, having: ReadonlyArray<Peer>, collection: Collection) {
  for (const from of [...(yield* Random.shuffle(having))].slice(0, RELAYS_ASKED)) if (yield* fetchFrom(peer, from, collection)) return true
  return false
})

/**
 * Keeps this validator's own report beside the others', if it is the committed one. Only what is kept there is served: a validator that measured again
 * after it lost its folder shows no second report.
 */
export const keepOwn = Effect.fn("keepOwnReport")(function* (collection: Collection, own: AccountAddress) {
  const [archive, reports] = yield* Effect.all([PeerArchive, Reports])
  const epoch = collection.epoch.index
  const self = collection.peers.find(({ hotkey }) => hotkey === own)
  if (self === undefined || (yield* archive.find(epoch, own)) !== undefined) return
  const report = yield* reports.read(epoch)
  const refusal = report === undefined ? undefined : refusalOf(report.body, reportHash(report.body), { ...collection, ...self })
  if (report !== undefined && refusal === undefined) yield* archive.keep(report)
})

/**
 * One pass over the committed reports that are missing, before block E + D2: first their authors' axons, then those of validators that served theirs.
 * Returns the hotkeys that are still missing. Nobody is asked for the report of a validator with a proven equivocation.
 */
export const collectReports = Effect.fn("collectReports")(function* (collection: Collection, own: AccountAddress) {
  yield* Effect.annotateCurrentSpan({ epoch: collection.epoch.index, peers: collection.peers.length })
  const [archive, equivocations] = yield* Effect.all([PeerArchive, Equivocations])
  const had = yield* archive.of(collection.epoch.index)
  const proven = yield* equivocations.of(collection.epoch.index)
  const wanted = collection.peers.filter(({ hotkey, committed }) => committed !== null && !had.has(hotkey) && !proven.has(hotkey))
  const authors = wanted.filter(({ hotkey }) => hotkey !== own)
  const given = yield* Effect.filter(authors, (peer) => fetchFrom(peer, peer, collection), { concurrency: CONCURRENCY })
  const givers = collection.peers.filter((peer) => peer.hotkey !== own && (had.has(peer.hotkey) || given.includes(peer)))
  const missing = yield* Effect.filter(
    wanted.filter((peer) => !given.includes(peer)),
    (peer) =>
      Effect.map(
        fetchFromSome(
          peer,
          givers.filter(({ hotkey }) => hotkey !== peer.hotkey),
          collection
        ),
        (found) => !found
      ),
    { concurrency: CONCURRENCY }
  )
  return missing.map(({ hotkey }) => hotkey)
})

/**
 * One pass over the reports that count and are missing, from block E + D2 on: each is asked for from those that committed to have it. `having`: these, by
 * the report's author. Returns the hotkeys that are still missing.
 */
export const fetchCounted = Effect.fn("fetchCountedReports")(function* (
  collection: Collection,
  having: ReadonlyMap<AccountAddress, ReadonlyArray<AccountAddress>>,
  own: AccountAddress
) {
  const had = yield* (yield* PeerArchive).of(collection.epoch.index)
  const missing = yield* Effect.filter(
    collection.peers.filter(({ hotkey }) => having.has(hotkey) && !had.has(hotkey)),
    (peer) => {
      const from = having.get(peer.hotkey) ?? []
      const others = collection.peers.filter(({ hotkey }) => hotkey !== own && from.includes(hotkey))
      return Effect.map(fetchFromSome(peer, others, collection), (found) => !found)
    },
    { concurrency: CONCURRENCY }
  )
  return missing.map(({ hotkey }) => hotkey)
})

/** The validators whose reports of an epoch are here, without those that signed two and those that failed the last epoch's challenge: what to commit. */
export const seenReports = Effect.fn("seenReports")(function* (epoch: number) {
  const [peers, equivocations, challenges] = yield* Effect.all([PeerArchive, Equivocations, Challenges])
  const [had, proven, failed] = [yield* peers.of(epoch), yield* equivocations.of(epoch), yield* challenges.of(epoch - 1)]
  return [...had.keys()].filter((hotkey) => !proven.has(hotkey) && !failed.has(hotkey))
})

/** The reports of these validators, which must be here. */
export const countedReports = Effect.fn("countedReports")(function* (epoch: number, counted: Iterable<AccountAddress>) {
  const had = yield* (yield* PeerArchive).of(epoch)
  const reports: ReadonlyMap<AccountAddress, Report> = new Map(
    [...counted].flatMap((hotkey) => {
      const body = had.get(hotkey)?.body
      return body === undefined ? [] : [[hotkey, body] as const]
    })
  )
  return reports
})
