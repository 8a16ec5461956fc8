/** Objects in an S3-compatible bucket, by signed requests. */
import { createHash } from "node:crypto"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { AwsV4Signer } from "aws4fetch"
import { Clock, Duration, Effect, Layer, Option, Redacted, Schedule, Stream } from "effect"
import { codeOf, type Refusal, refused } from "./bucketErrors.ts"
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

/** For one try: two megabytes at half a Mbit/s. */
const PATIENCE = Duration.seconds(30)
/** Four more tries, after 0.2 to 3 seconds each. */
const AGAIN = Schedule.exponential(Duration.millis(200)).pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(4)))
/** Objects that are deleted at a time. */
const CONCURRENCY = 8
/** Answers beside objects: an error, or a list of a thousand keys. */
const MAX_ANSWER_BYTES = 4_194_304

/** A redirect would need another signature, and a connection that idles may be closed by the server at the wrong moment. */
const clientLayer: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual", keepalive: false }))
)

interface Asked {
  readonly method: "GET" | "PUT" | "HEAD" | "DELETE"
  /** For messages: what can't be done if this fails. */
  readonly operation: string
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly headers?: ObjectHeaders
  /** The longest answer in bytes. */
  readonly limit?: number
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly bytes: Uint8Array
}

/** Nobody answered, or only in part. Another try may help. */
class NoAnswer {
  readonly _tag = "NoAnswer"
  constructor(readonly reason: string) {}
}

const reasonOf = (error: HttpClientError.HttpClientError): NoAnswer => {
  const cause = error.cause instanceof Error ? error.cause.message.split("\n", 1)[0] : undefined
  return new NoAnswer(
    error._tag === "ResponseError" ? "the answer broke off" : `the server does not answer${cause === undefined ? "" : ` (${cause})`}`
  )
}

/** Where an object is. The bucket itself for "". */
export const addressOf = ({ endpoint, bucket, style }: BucketSettings, path: string): string => {
  const url = new URL(endpoint)
  if (style === "virtual-host") url.host = `${bucket}.${url.host}`
  url.pathname = style === "virtual-host" ? `/${path}` : path === "" ? `/${bucket}` : `/${bucket}/${path}`
  return url.href
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
const NOTHING = new Uint8Array()

const isBusy = (status: number): boolean => status >= 500 || status === 429

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(0, MAX_ANSWER_BYTES))

const element = (text: string, name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]

/** A bucket, and what requests to it need. */
interface Bucket {
  readonly settings: BucketSettings
  readonly client: HttpClient.HttpClient
  /** When a request is tried again that had no answer. */
  readonly again: Schedule.Schedule<unknown>
  /** For messages. */
  readonly where: string
  /** What every key begins with. */
  readonly before: string
  /** The signer's own. */
  readonly signingKeys: Map<string, ArrayBuffer>
}

/** The request with its signature. */
const signed = ({ settings, signingKeys }: Bucket, { method, key, query = {}, body, headers }: Asked) =>
  Effect.gen(function* () {
    const { region, accessKeyId, secretAccessKey, sessionToken } = settings
    const now = yield* Clock.currentTimeMillis
    const url = new URL(addressOf(settings, key))
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: {
        "x-amz-content-sha256": sha256(body ?? NOTHING),
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
    const bare = HttpClientRequest.make(method)(request.url.href).pipe(
      HttpClientRequest.setHeaders([...request.headers.entries()]),
      HttpClientRequest.setHeader("accept-encoding", "identity")
    )
    return body === undefined ? bare : HttpClientRequest.bodyUint8Array(bare, body, headers?.contentType)
  })

/** The bytes of an answer. */
const bytesOf = ({ stream, status, headers }: HttpClientResponse.HttpClientResponse, tooLarge: ObjectTooLarge) =>
  Effect.gen(function* () {
    const chunks: Array<Uint8Array> = []
    let length = 0
    yield* stream.pipe(
      Stream.mapError(reasonOf),
      Stream.runForEach((chunk) => {
        length += chunk.length
        chunks.push(chunk)
        return length > tooLarge.limit ? Effect.fail(tooLarge) : Effect.void
      }),
      // An answer without a body has no stream.
      Effect.catchIf(
        () => status === 204 || headers["content-length"] === "0",
        () => Effect.void
      )
    )
    const told = headers["content-length"]
    if (told !== undefined && headers["content-encoding"] === undefined && Number(told) !== length)
      return yield* Effect.fail(new NoAnswer("the answer broke off"))
    return Buffer.concat(chunks)
  })

/** One try. */
const once = (bucket: Bucket, asked: Asked): Effect.Effect<Answer, NoAnswer | ObjectTooLarge> =>
  Effect.gen(function* () {
    const response = yield* Effect.mapError(bucket.client.execute(yield* signed(bucket, asked)), reasonOf)
    const { status, headers } = response
    const limit = status === 200 ? (asked.limit ?? MAX_ANSWER_BYTES) : MAX_ANSWER_BYTES
    const tooLarge = new ObjectTooLarge({ where: bucket.where, key: asked.key, limit })
    const bytes = asked.method === "HEAD" ? NOTHING : yield* bytesOf(response, tooLarge)
    return { status, headers, bytes }
  }).pipe(
    Effect.scoped,
    Effect.timeoutFail({ duration: PATIENCE, onTimeout: () => new NoAnswer(`no answer within ${Duration.format(PATIENCE)}`) }),
    Effect.flatMap((answer) =>
      isBusy(answer.status) ? Effect.fail(new NoAnswer(`the server answered with ${answer.status}`)) : Effect.succeed(answer)
    )
  )

const refusalOf = ({ status, headers, bytes }: Answer, now: number): Refusal => ({ status, headers, text: textOf(bytes), now })

/** The answer to a request, or why there is none after several tries. `missing`: whether an object that is not there is an answer too. */
const askFor = (bucket: Bucket, asked: Asked, missing = false): Effect.Effect<Answer | undefined, ObjectsUnavailable | ObjectTooLarge> =>
  Effect.gen(function* () {
    const { settings, where, again } = bucket
    const answer = yield* once(bucket, asked).pipe(
      Effect.retry({ while: (failure) => failure._tag === "NoAnswer", schedule: again }),
      Effect.catchTag("NoAnswer", ({ reason }) => new ObjectsUnavailable({ where, operation: asked.operation, reason, hint: "" }))
    )
    if (answer.status >= 200 && answer.status < 300) return answer
    const refusal = refusalOf(answer, yield* Clock.currentTimeMillis)
    if (missing && answer.status === 404 && codeOf(refusal) !== "NoSuchBucket") return undefined
    return yield* refused(where, asked.operation, refusal, settings)
  })

/** The same, where no object is asked for. */
const ask = (bucket: Bucket, asked: Asked, missing = false) =>
  Effect.catchTag(
    askFor(bucket, asked, missing),
    "ObjectTooLarge",
    ({ message }) => new ObjectsUnavailable({ where: bucket.where, operation: asked.operation, reason: message, hint: "" })
  )

/** The objects in a page of a list. Other objects of the bucket are not ours. */
const listed = (text: string, before: string): ReadonlyArray<StoredObject> =>
  [...text.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].flatMap(([, entry = ""]) => {
    const key = (element(entry, "Key") ?? "").slice(before.length)
    const changedAt = Date.parse(element(entry, "LastModified") ?? "")
    return isKey(key) && !Number.isNaN(changedAt) ? [{ key, changedAt, bytes: Number(element(entry, "Size") ?? 0) }] : []
  })

const listFrom = (bucket: Bucket, token: string | undefined): Effect.Effect<ReadonlyArray<StoredObject>, ObjectsUnavailable> =>
  Effect.gen(function* () {
    const query = { "list-type": "2", prefix: bucket.before, ...(token === undefined ? {} : { "continuation-token": token }) }
    const answer = yield* ask(bucket, { method: "GET", operation: "list", key: "", query })
    const text = textOf(answer?.bytes ?? NOTHING)
    const found = listed(text, bucket.before)
    const next = element(text, "IsTruncated") === "true" ? element(text, "NextContinuationToken") : undefined
    return next === undefined || next === token ? found : [...found, ...(yield* listFrom(bucket, next.replaceAll("&amp;", "&")))]
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
    list: listFrom(bucket, undefined)
  }
}

const make = Effect.fn("bucketObjects")(function* (settings: BucketSettings, again: Schedule.Schedule<unknown>) {
  const client = yield* HttpClient.HttpClient
  const { bucket, prefix } = settings
  const where = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`
  return storeIn({ settings, client, again, where, before: prefix === "" ? "" : `${prefix}/`, signingKeys: new Map() })
})

/** Opens a bucket. Nothing is asked before the first object. `again`: when a request is tried again that had no answer. */
export const bucketObjects = (settings: BucketSettings, again: Schedule.Schedule<unknown> = AGAIN): Effect.Effect<ObjectStore> =>
  Effect.provide(make(settings, again), clientLayer)
