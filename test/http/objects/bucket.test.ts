/** Artefacts in a bucket on a real S3 server, with injected faults, kills and changed contents. */
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it, layer } from "@effect/vitest"
import { Clock, ConfigProvider, Context, Duration, Effect, Layer, Option, Redacted, Schedule } from "effect"
import { type ArtefactDigest, digestOf } from "../../../src/domain/quality/Artefact.ts"
import * as Artefacts from "../../../src/layers/storage/objects/Artefacts.ts"
import { refused } from "../../../src/layers/storage/objects/bucketErrors.ts"
import { addressOf, bucketObjects } from "../../../src/layers/storage/objects/bucketObjects.ts"
import { type BucketSettings, bucketSettings } from "../../../src/layers/storage/objects/bucketSettings.ts"
import { startBucket, type TestBucket } from "../../support/bucket/bucket.ts"
import { KEY } from "../../support/bucket/names.ts"

class Bucket extends Context.Tag("test/Bucket")<Bucket, TestBucket>() {}

const bytesOf = (text: string) => new TextEncoder().encode(text)
const HEADERS = { contentType: "text/plain", cacheControl: "no-cache" }

/** The working settings with these changes. */
const storeWith = (change: Partial<BucketSettings>) =>
  Effect.flatMap(Bucket, ({ settings }) => bucketObjects({ ...settings, ...change }, Schedule.recurs(2)))

/** The file in which the server keeps an object's content. */
const contentFile = (directory: string, digest: string) => {
  const found = readdirSync(directory, { recursive: true, encoding: "utf8" }).find(
    (name) => name.includes(digest) && name.includes("_object")
  )
  return join(directory, found ?? "missing")
}

layer(Layer.scoped(Bucket, startBucket), { excludeTestServices: true })("artefacts in a bucket", (it) => {
  const inBucket = <A, E>(use: Effect.Effect<A, E, Artefacts.Artefacts | Bucket>) =>
    Effect.flatMap(Bucket, (bucket) => Effect.provide(use, Artefacts.layerS3(bucket.settings)))

  it.effect("are written once for equal content, and read as they were written", () =>
    inBucket(
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const text = bytesOf("ok 1 saves\nok 2 ünï\n")
        const digest = yield* artefacts.put(text, "text/plain")
        assert.strictEqual(digest, digestOf(text))
        assert.strictEqual(yield* artefacts.put(text, "text/plain"), digest)
        assert.isTrue(yield* artefacts.has(digest))
        const read = yield* artefacts.get(digest)
        assert.deepStrictEqual([new TextDecoder().decode(read.bytes), read.mediaType], ["ok 1 saves\nok 2 ünï\n", "text/plain"])
        const empty = yield* artefacts.put(new Uint8Array(), "application/octet-stream")
        const nothing = yield* artefacts.get(empty)
        assert.deepStrictEqual([nothing.bytes.length, nothing.mediaType], [0, "application/octet-stream"])
        const absent = digestOf(bytesOf("never written"))
        assert.isFalse(yield* artefacts.has(absent))
        assert.match((yield* Effect.flip(artefacts.get(absent))).message, /^s3:\/\/findings\/subnet-74\/artefacts has no artefact /)
        const large = yield* Effect.flip(artefacts.put(new Uint8Array(2_097_152 + 1), "text/plain"))
        assert.include(large.message, "an artefact has at most")
      })
    )
  )

  it.effect("are not read when the bucket holds something else under their name, until they are written again", () =>
    inBucket(
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const { directory } = yield* Bucket
        const text = bytesOf("12 tests passed")
        const digest = yield* artefacts.put(text, "text/plain")
        const file = contentFile(directory, digest)
        assert.strictEqual(readFileSync(file, "utf8"), "12 tests passed")
        for (const instead of ["99 tests passed", "12 tests", "x".repeat(2_097_152 + 1)]) {
          writeFileSync(file, instead)
          const error = yield* Effect.flip(artefacts.get(digest))
          assert.include(error.message, "holds something else", `${instead.length} bytes`)
        }
        yield* artefacts.put(text, "text/plain")
        assert.deepStrictEqual(new TextDecoder().decode((yield* artefacts.get(digest)).bytes), "12 tests passed")
      })
    )
  )

  it.effect("are deleted after their time, and nothing else is", () =>
    inBucket(
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const { settings, directory } = yield* Bucket
        const neighbours = yield* bucketObjects({ ...settings, prefix: "subnet-74" })
        yield* neighbours.put("notes.txt", bytesOf("mine"), HEADERS)
        const digests = yield* Effect.forEach(["a", "b", "c"], (text) => artefacts.put(bytesOf(text), "application/json"))
        const [old, mended, young] = digests as [ArtefactDigest, ArtefactDigest, ArtefactDigest]
        const threeDaysAgo = (yield* Clock.currentTimeMillis) / 1_000 - 3 * 86_400
        for (const digest of [old, mended]) utimesSync(contentFile(directory, digest), threeDaysAgo, threeDaysAgo)
        yield* artefacts.put(bytesOf("b"), "application/json")
        assert.strictEqual(yield* artefacts.prune(Duration.days(4)), 0)
        assert.strictEqual(yield* artefacts.prune(Duration.days(2)), 1)
        assert.deepStrictEqual(yield* Effect.forEach([old, mended, young], artefacts.has), [false, true, true])
        assert.isTrue(Option.isSome(yield* neighbours.get("notes.txt", 100)))
      })
    )
  )

  it.effect("are written and read though the line breaks, the server is busy, or answers arrive in part", () =>
    inBucket(
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const { disturb } = yield* Bucket
        const text = bytesOf("x".repeat(200_000))
        for (const how of ["refused", { status: "503 Slow Down" }, { status: "429 Too Many Requests" }, { cut: 20 }] as const) {
          disturb(how, 2)
          const digest = yield* artefacts.put(text, "text/plain")
          disturb(how, 2)
          assert.lengthOf((yield* artefacts.get(digest)).bytes, text.length)
        }
        disturb({ cut: 100_000 }, 1)
        assert.lengthOf((yield* artefacts.get(digestOf(text))).bytes, text.length)
        disturb(undefined)
      })
    )
  )

  it.effect("wait for a server that was killed, and are there when it is back", () =>
    inBucket(
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const { kill, start, settings } = yield* Bucket
        const digest = yield* artefacts.put(bytesOf("before"), "text/plain")
        yield* kill
        const impatient = yield* bucketObjects(settings, Schedule.recurs(2))
        const error = yield* Effect.flip(impatient.get("x", 10))
        assert.match(error.message, /^s3:\/\/findings\/subnet-74\/artefacts can't be used to read: the server does not answer/)
        yield* start
        assert.strictEqual(new TextDecoder().decode((yield* artefacts.get(digest)).bytes), "before")
      })
    )
  )

  it.effect("say what is wrong with a key or a bucket, and never show a key", () =>
    Effect.gen(function* () {
      const messageWith = (change: Partial<BucketSettings>) =>
        Effect.flatMap(storeWith(change), (store) =>
          Effect.map(Effect.flip(store.put("x", bytesOf("x"), HEADERS)), ({ message }) => message)
        )
      const wrong = Redacted.make("wrong-key-0815")
      const unknown = yield* messageWith({ accessKeyId: wrong })
      assert.include(unknown, "the server does not know the access key; check GITTENSOR_S3_ACCESS_KEY_ID")
      const forged = yield* messageWith({ secretAccessKey: wrong })
      assert.include(forged, "the secret key does not belong to the access key; check GITTENSOR_S3_ACCESS_KEY_ID")
      assert.include(yield* messageWith({ bucket: "elsewhere" }), "there is no bucket elsewhere at http://127.0.0.1")
      assert.notInclude(unknown + forged, "wrong-key-0815")
      const missing = yield* Effect.flatMap(storeWith({ bucket: "elsewhere" }), (store) => Effect.flip(store.list))
      assert.include(missing.message, "there is no bucket elsewhere")
    })
  )
})

describe("the settings of a bucket", () => {
  const read = (address: string, env: Readonly<Record<string, string>> = {}) =>
    bucketSettings(address).pipe(
      Effect.withConfigProvider(
        ConfigProvider.fromMap(
          new Map(Object.entries({ GITTENSOR_S3_ACCESS_KEY_ID: KEY, GITTENSOR_S3_SECRET_ACCESS_KEY: "s3cr3t", ...env }))
        )
      )
    )

  it.effect("find Amazon's bucket by its host, and another server's by its path, unless told otherwise", () =>
    Effect.gen(function* () {
      const addressIn = (address: string, env: Readonly<Record<string, string>> = {}) =>
        Effect.map(read(address, env), (settings) => addressOf(settings, `${settings.prefix}/x.txt`))
      assert.strictEqual(
        yield* addressIn("s3://findings/a/b/", { GITTENSOR_S3_REGION: "eu-central-1" }),
        "https://findings.s3.eu-central-1.amazonaws.com/a/b/x.txt"
      )
      const server = { GITTENSOR_S3_ENDPOINT: "https://storage.example.com:9000" }
      assert.strictEqual(yield* addressIn("s3://findings/a", server), "https://storage.example.com:9000/findings/a/x.txt")
      assert.strictEqual(
        yield* addressIn("s3://findings/a", { ...server, GITTENSOR_S3_STYLE: "virtual-host" }),
        "https://findings.storage.example.com:9000/a/x.txt"
      )
      assert.strictEqual(
        yield* addressIn("s3://findings/a", { ...server, GITTENSOR_S3_STYLE: "path" }),
        yield* addressIn("s3://findings/a", server)
      )
      assert.notInclude(String(JSON.stringify(yield* read("s3://findings"))), "s3cr3t")
    })
  )

  // The tests' server accepts every clock and region, so the test has its answers as Amazon documents them.
  it.effect("are named when a clock or a region is wrong", () =>
    Effect.gen(function* () {
      const settings = yield* read("s3://findings")
      const messageOf = (status: number, text: string, headers: Readonly<Record<string, string>> = {}) =>
        refused("s3://findings", "read", { status, headers, text, now: Date.UTC(2026, 0, 1, 12) }, settings).message
      assert.strictEqual(
        messageOf(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", { date: "Thu, 01 Jan 2026 13:00:00 GMT" }),
        "s3://findings can't be used to read: this machine's clock is 3600 s behind; set the clock, for example by NTP"
      )
      const moved = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>"
      assert.include(messageOf(400, moved), "the bucket is in the region eu-central-1; set GITTENSOR_S3_REGION=eu-central-1")
      assert.include(
        messageOf(301, "", { location: "http://elsewhere.example.com" }),
        "the server redirects (301); set GITTENSOR_S3_ENDPOINT"
      )
      assert.include(messageOf(403, "<Error><Code>AccessDenied</Code></Error>"), "the key may not do this in the bucket findings")
      assert.include(messageOf(418, "<html>teapot</html>"), "the server answered with 418")
    })
  )

  it.effect("are refused in words", () =>
    Effect.gen(function* () {
      for (const wrong of ["s3://", "s3:findings", "s3://UPPER", "s3://a", "s3://key:secret@findings"])
        assert.match(
          (yield* Effect.flip(read(wrong))).message,
          /is not the address of a bucket: write it like s3:\/\/bucket\/prefix/,
          wrong
        )
      for (const wrong of ["s3://findings/../x", "s3://findings//x", "s3://findings/ä"])
        assert.match((yield* Effect.flip(read(wrong))).message, /has a prefix that can't be used/, wrong)
      for (const endpoint of ["storage", "ftp://storage.example.com", "https://me:pw@storage.example.com", "https://storage.example.com/x"])
        assert.match(
          (yield* Effect.flip(read("s3://findings", { GITTENSOR_S3_ENDPOINT: endpoint }))).message,
          /is not an address of a server/,
          endpoint
        )
      const none = yield* Effect.flip(bucketSettings("s3://findings").pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map()))))
      assert.include(String(none), "GITTENSOR_S3_ACCESS_KEY_ID")
    })
  )
})
