/**
 * The challenge, between an epoch's blocks E + D1 and E + D2: each received report's validator is asked for a few of its records, which nobody could
 * predict before all reports were fixed. Faults that remain at E + D2 are stored, and the validator's report of the next epoch does not count.
 */
import { Effect, Option, Random, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import type { DrawFault } from "../domain/ChallengeFinding.ts"
import { Opening, openRecords } from "../domain/Opening.ts"
import { type Report, reportHash } from "../domain/Report.ts"
import { PeerReports } from "../layers/chain/axon/reports/PeerReports.ts"
import type { BlockReference } from "../layers/chain/node/Chain.ts"
import { Subnet } from "../layers/chain/subnet/Subnet.ts"
import { contained } from "../layers/machine/effects/contained.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import { Openings } from "../layers/storage/dataFolder/Openings.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../layers/storage/dataFolder/Reports.ts"
import { coveringOf, DRAWS, drawnPoints, faultsOf, type LeafRules } from "../rules/consensus/challenge.ts"
import type { EpochBlocks } from "../rules/consensus/epochBlocks.ts"
import type { Collection, Peer } from "./Collection.ts"
import { holdAgainst } from "./challengeFindings.ts"

/** Concurrent challenges. A stalled one takes three seconds. */
const CONCURRENCY = 16

/** How many other validators are asked for records that the author does not show. */
const RELAYS_ASKED = 3

const Answer = Schema.parseJson(Schema.Struct({ openings: Schema.Array(Opening).pipe(Schema.maxItems(DRAWS)) }))
const decodeAnswer = Schema.decodeUnknownOption(Answer)

/** The challenge of one report: the points that were drawn, and the roster's rules that the shown records must follow. */
interface Challenge {
  readonly report: Report
  readonly seed: string
  readonly points: ReadonlyArray<number>
  readonly rules: LeafRules
}

/** The records that an axon shows of a report, and their faults. An unreadable answer shows no record. */
const askFor = Effect.fn("askForRecords")(function* ({ report, points, rules }: Challenge, { hotkey, axon }: Peer) {
  const reports = yield* PeerReports
  const judge = (shown: ReadonlyArray<Opening>) => ({ shown, faults: faultsOf(report, points, shown, new Map(), rules) })
  if (axon === null) return judge([])
  const asking = reports.openings({ ...axon, hotkey }, report.epoch, report.validator).pipe(
    Effect.option,
    Effect.map((text) => judge(Option.match(Option.flatMap(text, decodeAnswer), { onNone: () => [], onSome: ({ openings }) => openings })))
  )
  return yield* contained("peer", hotkey, asking, () => Effect.sync(() => judge([])))
})

/** Stores records without faults; not those that were not asked for. */
const keepShown = Effect.fn("keepShownRecords")(function* ({ report, seed, points }: Challenge, shown: ReadonlyArray<Opening>) {
  const store = yield* Openings
  const { epoch, validator } = report
  const openings = coveringOf(report, points, shown)
  yield* store.keep({ format: "gittensor/shown-records/v1", epoch, validator, report: reportHash(report), seed, openings })
})

/**
 * Asks a validator for its records, then some validators to which it may have shown them. Returns the faults of the validator's own answer, or what anybody
 * shows that the report breaks by itself; none if anybody shows all records without fault, which are then stored.
 */
const faultsNow = Effect.fn("faultsOfReport")(function* (challenge: Challenge, peer: Peer, relays: ReadonlyArray<Peer>) {
  if (challenge.points.length === 0) return []
  let own: ReadonlyArray<DrawFault> = []
  for (const from of [peer, ...relays]) {
    const { shown, faults } = yield* askFor(challenge, from)
    if (faults.length === 0) {
      yield* keepShown(challenge, shown)
      return []
    }
    if (from === peer) own = faults
    if (faults.some(({ proof }) => proof !== undefined)) return faults.filter(({ proof }) => from === peer || proof !== undefined)
  }
  return own
})

/**
 * Challenges one report. A validator is judged at E + D2, and only if it has failed before: one lost answer is no fault. Missing records count only
 * against a validator that served its report itself: if it was never reached, the cause is unknown.
 */
const challenge = Effect.fn("challengeReport")(function* (asked: Challenge, peer: Peer, relays: ReadonlyArray<Peer>, isLast: boolean) {
  const challenges = yield* Challenges
  const { report, seed } = asked
  const { epoch, validator } = report
  const faults = yield* faultsNow(asked, peer, relays)
  if (faults.length === 0) return
  const failedBefore = !(yield* challenges.mark(epoch, validator, "failed"))
  const gave = yield* challenges.isMarked(epoch, validator, "gave")
  if (!isLast || !failedBefore) return
  yield* holdAgainst(
    report,
    seed,
    faults.filter(({ fault }) => gave || fault !== "missing")
  )
})

/** From now on, this validator shows the challenged records of its own report, if it has the report's evidence. */
const showOwn = Effect.fn("showOwnRecords")(function* (epoch: number, seed: string, rules: LeafRules) {
  const reports = yield* Reports
  const report = (yield* reports.read(epoch))?.body
  const records = yield* reports.records(epoch)
  if (report === undefined || records === undefined) return
  const points = drawnPoints(report, seed, rules)
  yield* keepShown({ report, seed, points, rules }, openRecords(records, report.validator, points))
})

/** One pass over the received reports that are neither shown nor judged, and are by this validator's roster (`rules`). Does nothing until the seed is known. */
export const challengeReports = Effect.fn("challengeReports")(function* (
  collection: Collection,
  own: AccountAddress,
  blocks: EpochBlocks,
  head: BlockReference,
  rules: LeafRules
) {
  const [subnet, archive, openings, challenges] = yield* Effect.all([Subnet, PeerArchive, Openings, Challenges])
  const epoch = collection.epoch.index
  const seed = yield* subnet.seedAfter(blocks.opening, head)
  if (seed === undefined) return
  if (!(yield* openings.of(epoch)).has(own)) yield* showOwn(epoch, seed, rules)
  const [reports, shown, judged] = [yield* archive.of(epoch), yield* openings.of(epoch), yield* challenges.of(epoch)]
  const others = collection.peers.filter(({ hotkey }) => hotkey !== own)
  yield* Effect.forEach(
    others,
    (peer) =>
      Effect.gen(function* () {
        const report = reports.get(peer.hotkey)?.body
        // Only reports by the same roster are challenged: by another roster's rules an honest report would look false.
        if (report?.roster !== collection.roster || shown.has(peer.hotkey) || judged.has(peer.hotkey)) return
        const relays = yield* Random.shuffle(others.filter(({ hotkey }) => hotkey !== peer.hotkey && reports.has(hotkey)))
        const asked = { report, seed, points: drawnPoints(report, seed, rules), rules }
        yield* challenge(asked, peer, [...relays].slice(0, RELAYS_ASKED), head.number >= blocks.settling)
      }),
    { concurrency: CONCURRENCY, discard: true }
  )
})
