/** Equivocation: a validator signs two reports of one epoch and shows them to different validators. The two signatures prove it. */
import { Effect, Either, Option, Random, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { Equivocation, type SignedHash } from "../domain/Equivocation.ts"
import { type ReportOf, reportHash, reportStatement, type SignedReport } from "../domain/Report.ts"
import { envelopeOf, isSignedBy } from "../domain/SignedDocument.ts"
import { PeerReports } from "../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../layers/machine/effects/contained.ts"
import { count } from "../layers/machine/telemetry/metrics.ts"
import { Equivocations } from "../layers/storage/dataFolder/Equivocations.ts"
import type { Collection, Peer } from "./Collection.ts"

/** The statement that a peer's report of the epoch must sign. */
const reportOf = ({ genesis, netuid, epoch }: Collection, validator: AccountAddress): ReportOf => ({
  genesis,
  netuid,
  epoch: epoch.index,
  validator
})

/** Stores a verified proof, and logs it once. */
const keepProof = Effect.fn("keepEquivocation")(function* (epoch: number, proof: Equivocation) {
  const equivocations = yield* Equivocations
  if (!(yield* equivocations.keep(epoch, proof))) return
  yield* count("gittensor_consensus_equivocations_total")
  yield* Effect.logWarning(`${proof.signer} signed two different reports of epoch ${epoch}, and neither counts; this proves it`).pipe(
    Effect.annotateLogs({ proof: JSON.stringify(proof) })
  )
})

const note = Effect.fn("noteReport")(function* (report: ReportOf, { sha256, signature }: SignedHash) {
  const equivocations = yield* Equivocations
  const proof = yield* equivocations.note(report, { sha256, signature })
  if (proof !== undefined) yield* keepProof(report.epoch, proof)
})

/** Stores the signature of a report that counts. */
export const noteCounted = ({ body, signature }: SignedReport) => note(body, { sha256: reportHash(body), signature })

/** Stores the signature of a refused text, if it is the peer's signed report of the epoch, whatever its contents. */
export const noteRefused = Effect.fn("noteRefused")(function* (text: string, peer: Peer, collection: Collection) {
  const [report, envelope] = [reportOf(collection, peer.hotkey), envelopeOf(text)]
  if (envelope !== undefined && isSignedBy(reportStatement(report), envelope)) yield* note(report, envelope)
})

/** How many validators are asked in one pass. A proof that one has reaches a hundred others after a few blocks. */
const VALIDATORS_ASKED = 4

const Answer = Schema.parseJson(Schema.Struct({ equivocations: Schema.Array(Schema.Unknown) }))
const decodeAnswer = Schema.decodeUnknownOption(Answer)
/** The accused signer, before any verification. */
const decodeAccused = Schema.decodeUnknownOption(Schema.Struct({ signer: Schema.String }))
const decodeProof = Schema.decodeUnknownEither(Equivocation)

/**
 * Asks a few validators at random for proofs against validators of the epoch, and stores the valid ones. After one invalid proof, the rest of an
 * answer is ignored. `own`: this validator, which is not asked but may be accused: another process may sign with its hotkey.
 */
export const gatherEvidence = Effect.fn("gatherEvidence")(function* (collection: Collection, own: AccountAddress) {
  const [reports, equivocations] = yield* Effect.all([PeerReports, Equivocations])
  const epoch = collection.epoch.index
  const accusable = new Map<string, string>(
    collection.peers.map(({ hotkey }) => [hotkey, reportStatement(reportOf(collection, hotkey)).lines.join("\n")])
  )

  const askOne = Effect.fn("askForEvidence")(
    function* ({ hotkey, axon }: Peer) {
      if (axon === null) return
      const text = yield* Effect.option(reports.evidence({ ...axon, hotkey }, epoch))
      const answer = Option.flatMap(text, decodeAnswer)
      if (Option.isNone(answer)) return
      for (const item of answer.value.equivocations.slice(0, accusable.size)) {
        const accused = Option.map(decodeAccused(item), ({ signer }) => signer)
        if (Option.isNone(accused) || !accusable.has(accused.value)) return
        if (new Map<string, Equivocation>(yield* equivocations.of(epoch)).has(accused.value)) continue
        const proof = decodeProof(item)
        if (Either.isLeft(proof) || proof.right.lines.join("\n") !== accusable.get(proof.right.signer)) return
        yield* keepProof(epoch, proof.right)
      }
    },
    (asking, { hotkey }) => contained("peer", hotkey, asking, () => Effect.void)
  )

  const others = yield* Random.shuffle(collection.peers.filter(({ hotkey, axon }) => hotkey !== own && axon !== null))
  yield* Effect.forEach([...others].slice(0, VALIDATORS_ASKED), askOne, { concurrency: VALIDATORS_ASKED, discard: true })
})
