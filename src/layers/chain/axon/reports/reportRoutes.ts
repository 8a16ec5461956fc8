/** The axon's public routes about consensus, without signatures, so that anybody can check a validator's scores. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Cache, Data, Duration, Effect, Exit, Option, Schema } from "effect"
import { AccountAddress } from "../../../../domain/Account.ts"
import { canonicalJson } from "../../../../domain/canonicalJson.ts"
import { signedReport } from "../../../../domain/Report.ts"
import { Settlement } from "../../../../domain/Settlement.ts"
import { ShownRecords } from "../../../../domain/ShownRecords.ts"
import { Challenges } from "../../../storage/dataFolder/Challenges.ts"
import { Divergences } from "../../../storage/dataFolder/Divergences.ts"
import { Equivocations } from "../../../storage/dataFolder/Equivocations.ts"
import { Openings } from "../../../storage/dataFolder/Openings.ts"
import { PeerArchive } from "../../../storage/dataFolder/PeerArchive.ts"
import { Settlements } from "../../../storage/dataFolder/Settlements.ts"
import { OpenEpoch } from "./OpenEpoch.ts"
import { DIVERGENCE_PATH, evidencePath, openingsPath, reportPath, settlementPath } from "./PeerReports.ts"

const Params = Schema.Struct({
  epoch: Schema.NumberFromString.pipe(Schema.compose(Schema.NonNegativeInt)),
  /** The axon's own report if undefined. */
  hotkey: Schema.optional(AccountAddress)
})

/** Past epochs whose evidence stays in memory, for a minute each. Anybody may ask, and to read it from disk means to verify signatures. */
const REMEMBERED_EVIDENCE = 16

/** Reports that stay in memory, of at most 410 KB each and usually 22 KB. */
const CACHED_REPORTS = 64

const encode = Schema.encodeSync(signedReport.Text)

const encodeSettlement = Schema.encodeSync(Settlement)

const encodeShown = Schema.encodeSync(ShownRecords)

const problem = (status: number, message: string) => HttpServerResponse.unsafeJson({ message }, { status })

/** Answers with 503, and logs why, if a store cannot be read. `what`: what is in it. */
const unlessUnreadable = (what: string) =>
  Effect.catchAll(({ message }: { readonly message: string }) =>
    Effect.as(Effect.logWarning(message), problem(503, `${what} cannot be read at the moment`))
  )

/**
 * `own`: the hotkey whose report `/{epoch}` is; only a report that it committed to in time is shown.
 *
 * The routes `GET /v1/consensus/reports/{epoch}`, `/{epoch}/{hotkey}` and `/{epoch}/{hotkey}/openings`, `GET /v1/consensus/evidence/{epoch}`,
 * `/v1/consensus/settlements/{epoch}` and `/v1/consensus/divergence`. A report never changes, so clients may cache it for ever. Evidence may grow. The divergence stays the same until the
 * next epoch is counted.
 */
export const reportRoutes = Effect.fn("reportRoutes")(function* (own: AccountAddress) {
  const [settlements, peers, openEpoch, equivocations, challenges, shown, divergences] = yield* Effect.all([
    Settlements,
    PeerArchive,
    OpenEpoch,
    Equivocations,
    Challenges,
    Openings,
    Divergences
  ])

  const find = ({ epoch, hotkey = own }: typeof Params.Type) =>
    Effect.map(peers.find(epoch, hotkey), (found) => (found === undefined ? undefined : encode(found)))
  // Anybody may ask, and to read a report from disk means to verify its signature, which takes milliseconds. A missing report is not cached, because
  // it may come.
  const texts = yield* Cache.makeWith({
    capacity: CACHED_REPORTS,
    lookup: find,
    timeToLive: Exit.match({
      onFailure: () => Duration.zero,
      onSuccess: (text) => (text === undefined ? Duration.zero : Duration.infinity)
    })
  })

  const answer = Effect.gen(function* () {
    const params = Schema.decodeUnknownOption(Params)(yield* HttpRouter.params)
    if (Option.isNone(params)) return problem(400, "ask for /v1/consensus/reports/EPOCH or /v1/consensus/reports/EPOCH/HOTKEY")
    const { epoch, hotkey } = params.value
    if (epoch > (yield* openEpoch.current)) return problem(404, `reports of epoch ${epoch} are not open yet`)
    const text = yield* texts.get(Data.struct({ epoch, hotkey }))
    if (text === undefined) return problem(404, `there is no such report of epoch ${epoch}`)
    return HttpServerResponse.text(text, {
      contentType: "application/json",
      headers: { "cache-control": "public, max-age=31536000, immutable" }
    })
  }).pipe(unlessUnreadable("reports"))

  const readEvidence = (epoch: number) =>
    Effect.map(Effect.all([equivocations.of(epoch), challenges.of(epoch)]), ([proofs, findings]) => ({
      equivocations: [...proofs.values()],
      challenges: [...findings.values()]
    }))
  const pastEvidence = yield* Cache.makeWith({
    capacity: REMEMBERED_EVIDENCE,
    lookup: readEvidence,
    timeToLive: Exit.match({ onFailure: () => Duration.zero, onSuccess: () => Duration.minutes(1) })
  })
  // The present epoch's evidence is in memory already, and grows.
  const evidenceOf = (epoch: number) =>
    Effect.flatMap(openEpoch.current, (current) => (epoch < current ? pastEvidence.get(epoch) : readEvidence(epoch)))

  const evidence = Effect.gen(function* () {
    const params = Schema.decodeUnknownOption(Params)(yield* HttpRouter.params)
    if (Option.isNone(params)) return problem(400, "ask for /v1/consensus/evidence/EPOCH")
    return HttpServerResponse.unsafeJson(yield* evidenceOf(params.value.epoch), { headers: { "cache-control": "no-cache" } })
  }).pipe(unlessUnreadable("evidence"))

  const divergence = Effect.map(divergences.current, (kept) =>
    kept === undefined
      ? problem(404, "no epoch has been compared with the consensus yet")
      : HttpServerResponse.text(kept.text, { contentType: "application/json", headers: { "cache-control": "no-cache" } })
  )

  /** Only challenged records are kept, so nobody can ask for others. */
  const openings = Effect.gen(function* () {
    const params = Schema.decodeUnknownOption(Params)(yield* HttpRouter.params)
    if (Option.isNone(params) || params.value.hotkey === undefined)
      return problem(400, "ask for /v1/consensus/reports/EPOCH/HOTKEY/openings")
    const { epoch, hotkey } = params.value
    const found = yield* shown.find(epoch, hotkey)
    if (found === undefined) return problem(404, `there are no records of epoch ${epoch} by this hotkey here`)
    return HttpServerResponse.text(canonicalJson(encodeShown(found)), { contentType: "application/json" })
  }).pipe(unlessUnreadable("records"))

  const settlement = Effect.gen(function* () {
    const params = Schema.decodeUnknownOption(Params)(yield* HttpRouter.params)
    if (Option.isNone(params)) return problem(400, "ask for /v1/consensus/settlements/EPOCH")
    const { epoch } = params.value
    const found = yield* settlements.read(epoch)
    if (found === undefined) return problem(404, `epoch ${epoch} is not settled here`)
    return HttpServerResponse.text(canonicalJson(encodeSettlement(found)), { contentType: "application/json" })
  }).pipe(unlessUnreadable("settlements"))

  return HttpRouter.empty.pipe(
    HttpRouter.get(reportPath(":epoch"), answer),
    HttpRouter.get(reportPath(":epoch", ":hotkey"), answer),
    HttpRouter.get(openingsPath(":epoch", ":hotkey"), openings),
    HttpRouter.get(evidencePath(":epoch"), evidence),
    HttpRouter.get(settlementPath(":epoch"), settlement),
    HttpRouter.get(DIVERGENCE_PATH, divergence)
  )
})
