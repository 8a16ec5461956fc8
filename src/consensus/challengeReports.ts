/**
 * The challenge, between an epoch's blocks E + D1 and E + D2: every report that came in is asked for a few of its records, which nobody could know before all
 * reports were fixed. What is wrong by E + D2 is written down, and takes the validator's report out of the count of the next epoch.
 */
import { Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { Opening } from "../domain/Opening.ts"
import { reportHash, type SignedReport } from "../domain/Report.ts"
import { OpenEpoch } from "../layers/axon/reports/OpenEpoch.ts"
import { PeerReports } from "../layers/axon/reports/PeerReports.ts"
import type { BlockReference } from "../layers/chain/Chain.ts"
import { Challenges } from "../layers/store/Challenges.ts"
import { PeerArchive } from "../layers/store/PeerArchive.ts"
import { Subnet } from "../layers/subnet/Subnet.ts"
import { countMany } from "../telemetry/metrics.ts"
import type { Collection, Peer } from "./Collection.ts"
import { CHALLENGED_LEAVES, challengedLeaves, faultsOf } from "./rules/challenge.ts"
import type { EpochBlocks } from "./rules/epochBlocks.ts"

/** Validators asked at a time. Those that stall take three seconds each. */
const CONCURRENCY = 16

const Answer = Schema.parseJson(Schema.Struct({ openings: Schema.Array(Opening).pipe(Schema.maxItems(CHALLENGED_LEAVES)) }))
const decodeAnswer = Schema.decodeUnknownOption(Answer)

/** What is wrong with what a validator shows of its report now. An answer that cannot be read shows nothing. */
const faultsNow = Effect.fn("faultsOfReport")(function* ({ body }: SignedReport, { hotkey, axon }: Peer, seed: string) {
  const leaves = challengedLeaves(body, seed)
  if (leaves.length === 0) return []
  const reports = yield* PeerReports
  const text = axon === null ? Option.none() : yield* Effect.option(reports.openings({ ...axon, hotkey }, body.epoch))
  const openings = Option.match(Option.flatMap(text, decodeAnswer), { onNone: () => [], onSome: ({ openings }) => openings })
  return faultsOf(body, leaves, openings, new Map())
})

/**
 * Challenges one report. A validator is judged at E + D2, if it has failed before as well: an answer that is lost once is no fault. That records are missing is
 * held only against a validator that gave its report itself: if it was never reached, nobody knows whose fault that is.
 */
const challenge = Effect.fn("challengeReport")(function* (report: SignedReport, peer: Peer, seed: string, isLast: boolean) {
  const challenges = yield* Challenges
  const { epoch, validator } = report.body
  const faults = yield* faultsNow(report, peer, seed)
  if (faults.length === 0) return yield* challenges.mark(epoch, validator, "passed")
  const failedBefore = yield* challenges.isMarked(epoch, validator, "failed")
  yield* challenges.mark(epoch, validator, "failed")
  const gave = yield* challenges.isMarked(epoch, validator, "gave")
  const [first, ...others] = faults.filter(({ fault }) => gave || fault !== "missing")
  if (!isLast || !failedBefore || first === undefined) return
  const finding = { format: "gittensor/challenge-finding/v1", epoch, validator, report: reportHash(report.body), seed } as const
  if (!(yield* challenges.keep({ ...finding, faults: [first, ...others] }))) return
  for (const fault of ["missing", "invalid"] as const)
    yield* countMany("gittensor_consensus_challenge_faults_total", [first, ...others].filter((one) => one.fault === fault).length, {
      fault
    })
  yield* Effect.logWarning(
    `${validator} does not show records of its report of epoch ${epoch} as it must (${first.why}): its next report does not count here`
  )
})

/** One pass over the reports that have come in and are not done with. Before the seed is known there is nothing to ask. */
export const challengeReports = Effect.fn("challengeReports")(function* (
  collection: Collection,
  own: AccountAddress,
  blocks: EpochBlocks,
  head: BlockReference
) {
  const [subnet, openEpoch, archive, challenges] = yield* Effect.all([Subnet, OpenEpoch, PeerArchive, Challenges])
  const epoch = collection.epoch.index
  const seed = (yield* openEpoch.seedOf(epoch)) ?? (yield* subnet.seedAfter(blocks.opening, head))
  if (seed === undefined) return
  yield* openEpoch.challenge(epoch, seed)
  const [reports, judged] = [yield* archive.of(epoch), yield* challenges.of(epoch)]
  yield* Effect.forEach(
    collection.peers,
    (peer) =>
      Effect.gen(function* () {
        const report = reports.get(peer.hotkey)
        if (report === undefined || peer.hotkey === own || judged.has(peer.hotkey)) return
        if (yield* challenges.isMarked(epoch, peer.hotkey, "passed")) return
        yield* challenge(report, peer, seed, head.number >= blocks.settling)
      }),
    { concurrency: CONCURRENCY, discard: true }
  )
})
