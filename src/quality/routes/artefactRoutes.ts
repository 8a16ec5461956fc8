/** Public axon route for the files that support this validator's findings. Serves only artefacts that a finding or a duel names. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Cache, Duration, Effect, Exit, Option, Schema } from "effect"
import { ArtefactDigest } from "../../domain/quality/Artefact.ts"
import { artefactPath } from "../../layers/chain/axon/PeerQuality.ts"
import { cachedOutcome, uninterruptedByOthers } from "../../layers/machine/effects/cachedOutcome.ts"
import { Artefacts } from "../../layers/storage/objects/Artefacts.ts"
import { QualityView } from "../store/QualityView.ts"

const Params = Schema.Struct({ digest: ArtefactDigest })

/** How long the list of named artefacts is cached. */
const LIST_CACHED_FOR = Duration.seconds(5)
/** Artefacts kept in memory: at most two megabytes each, usually some kilobytes. Reading one from a bucket costs money. */
const CACHED_ARTEFACTS = 16

const problem = (status: number, message: string) => HttpServerResponse.unsafeJson({ message }, { status })

/** `GET /v1/artefacts/{digest}`. Artefacts are immutable, so responses may be cached for ever. */
export const artefactRoutes = Effect.gen(function* () {
  const [{ current }, artefacts] = yield* Effect.all([QualityView, Artefacts])
  const named = yield* cachedOutcome(
    Effect.gen(function* () {
      const { duels, records } = yield* current
      const [all, ofDuels] = yield* Effect.all([records.all, duels.artefacts])
      const ofRecords = new Set(all.flatMap((record) => (record.artefacts ?? []).map(({ digest }) => digest)))
      return { has: (digest: ArtefactDigest) => ofRecords.has(digest) || ofDuels.has(digest) }
    }),
    LIST_CACHED_FOR
  )
  const kept = yield* Cache.makeWith({
    capacity: CACHED_ARTEFACTS,
    lookup: artefacts.get,
    timeToLive: Exit.match({ onFailure: () => LIST_CACHED_FOR, onSuccess: () => Duration.infinity })
  })

  const answer = Effect.gen(function* () {
    const params = Schema.decodeUnknownOption(Params)(yield* HttpRouter.params)
    if (Option.isNone(params)) return problem(400, "ask for /v1/artefacts/DIGEST, by the 64 hexadecimal digits of its SHA-256")
    const { digest } = params.value
    if (!(yield* named).has(digest)) return problem(404, "no finding names such an artefact")
    const { bytes, mediaType } = yield* uninterruptedByOthers(kept.get(digest))
    return HttpServerResponse.uint8Array(bytes, {
      contentType: mediaType,
      headers: {
        "cache-control": "public, max-age=31536000, immutable",
        "content-disposition": "attachment",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff"
      }
    })
  }).pipe(
    Effect.catchAll((error) => {
      if (error._tag === "ArtefactNotFound") return Effect.succeed(problem(404, "this artefact is not kept any more"))
      return Effect.as(Effect.logWarning(error.message), problem(503, "this artefact cannot be read at the moment"))
    })
  )
  return HttpRouter.empty.pipe(HttpRouter.get(artefactPath(":digest"), answer))
})
