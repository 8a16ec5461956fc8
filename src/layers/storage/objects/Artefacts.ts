/**
 * Stores files that support findings, by the SHA-256 of their content: in a folder, or in a bucket that several machines share. A read returns what
 * was written, or fails: stored content is not trusted.
 */
import { Clock, Config, Context, Duration, Effect, Layer, Option, Schema } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { ArtefactDigest, ArtefactType, digestOf, ENDINGS, MAX_ARTEFACT_BYTES } from "../../../domain/quality/Artefact.ts"
import { bucketObjects } from "./bucketObjects.ts"
import { type BucketSettings, bucketSettings, isBucketAddress } from "./bucketSettings.ts"
import { folderObjects } from "./folderObjects.ts"
import type { ObjectStore, ObjectsUnavailable } from "./ObjectStore.ts"

export interface Artefact {
  readonly bytes: Uint8Array
  readonly mediaType: ArtefactType
}

export class ArtefactNotFound extends Schema.TaggedError<ArtefactNotFound>()("ArtefactNotFound", {
  where: Schema.String,
  digest: ArtefactDigest
}) {
  override get message() {
    return `${this.where} has no artefact ${this.digest}: it was never written, or is older than what is kept`
  }
}

export class Artefacts extends Context.Tag("gittensor/Artefacts")<
  Artefacts,
  {
    /** The folder or the bucket. */
    readonly where: string
    /** Writes an artefact and returns its name. Rewrites an equal one, which renews its age and mends a damaged copy. */
    readonly put: (bytes: Uint8Array, mediaType: ArtefactType) => Effect.Effect<ArtefactDigest, ObjectsUnavailable | OperationFailed>
    /** Reads an artefact and compares its content with its name. */
    readonly get: (digest: ArtefactDigest) => Effect.Effect<Artefact, ObjectsUnavailable | ArtefactNotFound | OperationFailed>
    /** Whether there is a file of that name; its content is not read. */
    readonly has: (digest: ArtefactDigest) => Effect.Effect<boolean, ObjectsUnavailable>
    /** Deletes older artefacts, and returns how many. */
    readonly prune: (olderThan: Duration.Duration) => Effect.Effect<number, ObjectsUnavailable>
  }
>() {}

const TYPES = ArtefactType.literals
const ARTEFACT_NAME = /^[0-9a-f]{2}\/[0-9a-f]{64}\.(?:txt|json|bin)$/

const keyOf = (digest: ArtefactDigest, mediaType: ArtefactType): string => `${digest.slice(0, 2)}/${digest}.${ENDINGS[mediaType]}`

const FOR_EVER = "public, max-age=31536000, immutable"

/** The content does not match its name. */
const damagedIn = (where: string, digest: ArtefactDigest) =>
  new OperationFailed({
    message: `${where} holds something else under the name of the artefact ${digest}: it was damaged or changed there`
  })

const makeIn = (store: ObjectStore) => {
  const { where } = store
  return Artefacts.of({
    where,
    put: Effect.fn("Artefacts.put")(function* (bytes, mediaType) {
      if (bytes.length > MAX_ARTEFACT_BYTES)
        return yield* new OperationFailed({
          message: `an artefact has at most ${MAX_ARTEFACT_BYTES} bytes, and this one has ${bytes.length}: shorten it before it is stored`
        })
      const digest = digestOf(bytes)
      yield* store.put(keyOf(digest, mediaType), bytes, { contentType: mediaType, cacheControl: FOR_EVER })
      return digest
    }),
    get: Effect.fn("Artefacts.get")(function* (digest) {
      let damaged = false
      for (const mediaType of TYPES) {
        const bytes = yield* store
          .get(keyOf(digest, mediaType), MAX_ARTEFACT_BYTES)
          .pipe(Effect.catchTag("ObjectTooLarge", () => damagedIn(where, digest)))
        if (Option.isNone(bytes)) continue
        if (digestOf(bytes.value) === digest) return { bytes: bytes.value, mediaType }
        damaged = true
      }
      return yield* damaged ? damagedIn(where, digest) : new ArtefactNotFound({ where, digest })
    }),
    has: (digest) =>
      Effect.map(
        Effect.forEach(TYPES, (mediaType) => store.has(keyOf(digest, mediaType))),
        (found) => found.includes(true)
      ),
    prune: Effect.fn("Artefacts.prune")(function* (olderThan) {
      const before = (yield* Clock.currentTimeMillis) - Duration.toMillis(olderThan)
      const old = (yield* store.list).filter(({ key, changedAt }) => ARTEFACT_NAME.test(key) && changedAt < before).map(({ key }) => key)
      yield* store.remove(old)
      return old.length
    })
  })
}

/** In a folder, which is created if missing. */
export const layerFolder = (folder: string): Layer.Layer<Artefacts, ObjectsUnavailable> =>
  Layer.effect(Artefacts, Effect.map(folderObjects(folder, "private"), makeIn))

/** In an S3-compatible bucket. Sends no request before its first use. */
export const layerS3 = (settings: BucketSettings): Layer.Layer<Artefacts> =>
  Layer.effect(Artefacts, Effect.map(bucketObjects(settings), makeIn))

/** The operator's place for artefacts, if set. */
export const artefactsPlace = Config.option(Config.nonEmptyString("GITTENSOR_ARTEFACTS"))

/** In GITTENSOR_ARTEFACTS, a folder or `s3://bucket/prefix`, and otherwise in `folder`. */
export const layerConfig = (folder: string) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const place = Option.getOrElse(yield* artefactsPlace, () => folder)
      return isBucketAddress(place) ? layerS3(yield* bucketSettings(place)) : layerFolder(place)
    })
  )
