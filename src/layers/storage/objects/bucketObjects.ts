/** Objects in an S3-compatible bucket, by signed requests. */
import { createHash } from "node:crypto"
import { AwsV4Signer } from "aws4fetch"
import { Clock, Duration, Effect, Option, Redacted, Schedule } from "effect"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { type Answer, type AnswerFailed, answerTo } from "../../machine/http/boundedAnswer.ts"
import { codeOf, elementIn, type Refusal, refused } from "./bucketErrors.ts"
import type { BucketSettings } from "./bucketSettings.ts"
import {
  checkedKey,
  isKey,
  type ObjectHeaders,
  type ObjectStore,
  ObjectsUnavailable,
  ObjectTooLarge,
  type StoredObject
} from "./ObjectStore.ts"

const answers = strangersBytes({
  what: "a bucket's lists and errors (objects: within each reader's own limits)",
  writtenBy: "the bucket's provider, and everyone with write access to it",
  readIn: "this process",
  // A page of a list has a thousand keys. The time is for one try: two megabytes at half a Mbit/s.
  limits: { bytes: 4_194_304, time: Duration.seconds(30), items: 1_000_000 },
  test: "test/http/strangers/servers.test.ts"
})
/** Pages of a list, each of a thousand objects. */
const MAX_PAGES = answers.limits.items / 1_000
/** Four more tries, after 0.2 to 3 seconds each. */
const RETRY_DELAYS = Schedule.exponential(Duration.millis(200)).pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(4)))
/** Objects deleted at once. */
const CONCURRENCY = 8
interface BucketRequest {
  readonly method: "GET" | "PUT" | "HEAD" | "DELETE"
  /** The operation, for error messages. */
  readonly operation: string
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly headers?: ObjectHeaders
  /** The longest answer in bytes. */
  readonly limit?: number
}

/** No answer, or only a part. A retry may help. */
class NoAnswer {
  readonly _tag = "NoAnswer"
  constructor(readonly reason: string) {}
}

const reasonOf = ({ failure, reason, message }: AnswerFailed): string => {
  if (failure === "unreachable") return `the server does not answer (${reason})`
  return failure === "slow" ? `no answer within ${Duration.format(answers.limits.time)}` : message
}

/** An object's URL; the bucket's for "". */
export const addressOf = ({ endpoint, bucket, style }: BucketSettings, path: string): string => {
  const url = new URL(endpoint)
  if (style === "virtual-host") url.host = `${bucket}.${url.host}`
  url.pathname = style === "virtual-host" ? `/${path}` : path === "" ? `/${bucket}` : `/${bucket}/${path}`
  return url.href
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
const NO_BYTES = new Uint8Array()

const isBusy = (status: number): boolean => status >= 500 || status === 429

const utf8Of = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** A bucket, and the state of its requests. */
interface Bucket {
  readonly settings: BucketSettings
  /** The retry schedule of a request without an answer. */
  readonly again: Schedule.Schedule<unknown>
  /** For messages. */
  readonly where: string
  /** The prefix of every key. */
  readonly before: string
  /** The signer's cache. */
  readonly signingKeys: Map<string, ArrayBuffer>
}

const signed = ({ settings, signingKeys }: Bucket, { method, key, query = {}, body, headers }: BucketRequest) =>
  Effect.gen(function* () {
    const { region, accessKeyId, secretAccessKey, sessionToken } = settings
    const now = yield* Clock.currentTimeMillis
    const url = new URL(addressOf(settings, key))
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: {
        "x-amz-content-sha256": sha256(body ?? NO_BYTES),
        ...(headers === undefined ? {} : { "content-type": headers.contentType, "cache-control": headers.cacheControl })
      },
      service: "s3",
      region,
      datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ""),
      accessKeyId: Redacted.value(accessKeyId),
      secretAccessKey: Redacted.value(secretAccessKey),
      ...Option.match(sessionToken, { onNone: () => ({}), onSome: (token) => ({ sessionToken: Redacted.value(token) }) }),
      cache: signingKeys
    })
    const request = yield* Effect.promise(() => signer.sign())
    const asked = { url: request.url.href, method, headers: Object.fromEntries(request.headers), ownConnection: true }
    return body === undefined ? asked : { ...asked, body }
  })

/** One try. */
const tryOnce = (bucket: Bucket, asked: BucketRequest): Effect.Effect<Answer, NoAnswer | ObjectTooLarge> =>
  Effect.gen(function* () {
    const limits = { ...answers.limits, bytes: Math.max(asked.limit ?? 0, answers.limits.bytes) }
    const tooLarge = (limit: number) => new ObjectTooLarge({ where: bucket.where, key: asked.key, limit })
    const answer = yield* answerTo(yield* signed(bucket, asked), limits).pipe(
      Effect.mapError((error) => (error.failure === "too long" ? tooLarge(limits.bytes) : new NoAnswer(reasonOf(error))))
    )
    const limit = answer.status === 200 ? (asked.limit ?? limits.bytes) : limits.bytes
    return answer.bytes.length <= limit ? answer : yield* tooLarge(limit)
  }).pipe(
    Effect.flatMap((answer) =>
      isBusy(answer.status) ? Effect.fail(new NoAnswer(`the server answered with ${answer.status}`)) : Effect.succeed(answer)
    )
  )

const refusalOf = ({ status, headers, bytes }: Answer, now: number): Refusal => ({ status, headers, text: utf8Of(bytes), now })

/** Sends a request with retries. `missing`: whether a missing object is an answer too. */
const askFor = (
  bucket: Bucket,
  asked: BucketRequest,
  missing = false
): Effect.Effect<Answer | undefined, ObjectsUnavailable | ObjectTooLarge> =>
  Effect.gen(function* () {
    const { settings, where, again } = bucket
    const answer = yield* tryOnce(bucket, asked).pipe(
      Effect.retry({ while: (failure) => failure._tag === "NoAnswer", schedule: again }),
      Effect.catchTag("NoAnswer", ({ reason }) => new ObjectsUnavailable({ where, operation: asked.operation, reason, hint: "" }))
    )
    if (answer.status >= 200 && answer.status < 300) return answer
    const refusal = refusalOf(answer, yield* Clock.currentTimeMillis)
    if (missing && answer.status === 404 && codeOf(refusal) !== "NoSuchBucket") return undefined
    return yield* refused(where, asked.operation, refusal, settings)
  })

/** As `askFor`, for requests that return no object. */
const ask = (bucket: Bucket, asked: BucketRequest, missing = false) =>
  Effect.catchTag(
    askFor(bucket, asked, missing),
    "ObjectTooLarge",
    ({ message }) => new ObjectsUnavailable({ where: bucket.where, operation: asked.operation, reason: message, hint: "" })
  )

/** The objects in a page of a list. Other objects of the bucket are left out. */
const objectsInPage = (text: string, before: string): ReadonlyArray<StoredObject> =>
  text
    .split("<Contents>")
    .slice(1)
    .flatMap((rest) => {
      const entry = rest.slice(0, Math.max(0, rest.indexOf("</Contents>")))
      const key = (elementIn(entry, "Key") ?? "").slice(before.length)
      const changedAt = Date.parse(elementIn(entry, "LastModified") ?? "")
      return isKey(key) && !Number.isNaN(changedAt) ? [{ key, changedAt, bytes: Number(elementIn(entry, "Size") ?? 0) }] : []
    })

const listOf = (bucket: Bucket): Effect.Effect<ReadonlyArray<StoredObject>, ObjectsUnavailable> =>
  Effect.gen(function* () {
    const found: Array<StoredObject> = []
    let token: string | undefined
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = { "list-type": "2", prefix: bucket.before, ...(token === undefined ? {} : { "continuation-token": token }) }
      const answer = yield* ask(bucket, { method: "GET", operation: "list", key: "", query })
      const text = utf8Of(answer?.bytes ?? NO_BYTES)
      found.push(...objectsInPage(text, bucket.before))
      const next = elementIn(text, "IsTruncated") === "true" ? elementIn(text, "NextContinuationToken") : undefined
      if (next === undefined || next === token) return found
      token = next
    }
    const reason = `its list has more than ${MAX_PAGES} pages`
    return yield* new ObjectsUnavailable({ where: bucket.where, operation: "list", reason, hint: "is it the right bucket?" })
  })

const storeIn = (bucket: Bucket): ObjectStore => {
  const keyOf = (key: string) => `${bucket.before}${checkedKey(key)}`
  return {
    where: bucket.where,
    put: (key, body, headers) => Effect.asVoid(ask(bucket, { method: "PUT", operation: "write", key: keyOf(key), body, headers })),
    get: (key, limit) =>
      Effect.map(askFor(bucket, { method: "GET", operation: "read", key: keyOf(key), limit }, true), (answer) =>
        Option.map(Option.fromNullable(answer), ({ bytes }) => bytes)
      ),
    has: (key) => Effect.map(ask(bucket, { method: "HEAD", operation: "read", key: keyOf(key) }, true), (answer) => answer !== undefined),
    remove: (keys) =>
      Effect.forEach(keys, (key) => ask(bucket, { method: "DELETE", operation: "delete", key: keyOf(key) }, true), {
        concurrency: CONCURRENCY,
        discard: true
      }),
    list: listOf(bucket)
  }
}

/** Opens a bucket, without a request. `again`: the retry schedule of a request without an answer. */
export const bucketObjects = (settings: BucketSettings, again: Schedule.Schedule<unknown> = RETRY_DELAYS): Effect.Effect<ObjectStore> =>
  Effect.sync(() => {
    const { bucket, prefix } = settings
    const where = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`
    return storeIn({ settings, again, where, before: prefix === "" ? "" : `${prefix}/`, signingKeys: new Map() })
  })
