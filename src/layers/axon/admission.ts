/**
 * Which requests an axon works on. Nothing is done for a request before its sender is proven, and everything a sender can use up is bounded.
 */
import * as RateLimiter from "@effect/experimental/RateLimiter"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { type Duration, Effect, type Either, Option } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { clientKey, unmapped } from "../http/addresses.ts"
import { readBody } from "../http/body.ts"
import * as Listener from "../http/Listener.ts"
import * as RateLimiterStore from "../http/rateLimiterStore.ts"
import { SubnetView } from "../subnet/SubnetView.ts"
import { RequestRefused, type SynapseHandler } from "./AxonEndpoints.ts"
import { nowNanos } from "./Dendrite.ts"
import * as PrioritySemaphore from "./PrioritySemaphore.ts"
import * as Wire from "./wire/dendrite.ts"
import * as Nonces from "./wire/nonces.ts"
import { type PythonValue, parseJson } from "./wire/python.ts"
import * as Synapse from "./wire/Synapse.ts"

export interface AdmissionOptions {
  /** The hotkey that requests must be addressed to. */
  readonly hotkey: Pick<KeyPair, "address">
  /** Requests of one hotkey per minute. Default 300. */
  readonly requestsPerMinute?: number
  /** How long a body may take to arrive. Default 10 s. */
  readonly bodyTimeout?: Duration.DurationInput
}

/** The longest body, in bytes. */
const MAX_BODY_BYTES = 1_048_576
/** Requests of proven senders. Each may hold one body in memory. */
const PROVEN_PLACES: PrioritySemaphore.Limits = { places: 48, waiting: 256, perOwner: 16 }
/** Requests that may wait for a body before their sender is proven. */
const UNPROVEN_PLACES = 16
/** Unproven requests of one network address per minute. Beyond them, not even its signatures are checked. */
const FAILURES_PER_MINUTE = 300
/** Requests of one network address per minute that prove nothing because they only read. */
const READS_PER_MINUTE = 300
/** Keys that each rate limit remembers. */
const HOTKEYS = 4_096
const ADDRESSES = 16_384
const NONCES = 65_536

/** The client as limits count it. */
const addressOf = (request: HttpServerRequest.HttpServerRequest): string =>
  clientKey(unmapped(Option.getOrElse(request.remoteAddress, () => "")))

interface Proof {
  readonly credentials: Wire.Credentials
  /** The body, where it had to be read to check the signature. */
  readonly body: Uint8Array | undefined
}

const unproven = (error: Wire.NotVerified) => new RequestRefused({ status: 401, text: error.message })
const check = (result: Either.Either<void, Wire.NotVerified>) => Effect.mapError(result, unproven)
const replayed = () => unproven(new Wire.NotVerified({ reason: "Nonce is too old, a newer one was last processed" }))
const forbidden = (text: string) => new RequestRefused({ status: 403, text: `Forbidden. Key is blacklisted: ${text}` })
const overloaded = () => new RequestRefused({ status: 503, text: "too many requests at a time: try again" })
const tooLong = () => new RequestRefused({ status: 413, text: `the body is longer than ${MAX_BODY_BYTES} bytes` })

/** Counts requests per minute by key. */
const perMinute = (limit: number, capacity: number) =>
  Effect.map(
    Effect.provideService(RateLimiter.make, RateLimiter.RateLimiterStore, RateLimiterStore.make(capacity).service),
    (limiter) => (key: string, tokens: 0 | 1) =>
      limiter.consume({ key, tokens, limit, window: "1 minute" }).pipe(
        Effect.map(({ remaining }) => remaining + tokens > 0),
        Effect.catchTag("RateLimiterError", () => Effect.succeed(false))
      )
  )

const bodyReader = (bodyTimeout: Duration.DurationInput) => (request: HttpServerRequest.HttpServerRequest) =>
  Effect.gen(function* () {
    if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return yield* tooLong()
    return yield* readBody(request, MAX_BODY_BYTES).pipe(
      Effect.mapError(({ why }) => (why === "too long" ? tooLong() : new RequestRefused({ status: 400, text: "the body is incomplete" }))),
      Effect.timeoutFail({
        duration: bodyTimeout,
        onTimeout: () => new RequestRefused({ status: 408, text: "the body took too long to arrive" })
      })
    )
  })

const readFields = (synapse: Synapse.Synapse, bytes: Uint8Array) =>
  Effect.try({
    try: (): PythonValue => parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
    catch: () => "the body is not JSON"
  }).pipe(
    Effect.flatMap((value) => Synapse.readBody(synapse, value)),
    Effect.mapError((text) => new RequestRefused({ status: 422, text }))
  )

/** Work on a request whose sender and body are proven. */
export type ProvenWork<A, E, R> = (body: Synapse.Body, sender: AccountAddress) => Effect.Effect<A, E, R>

export const make = ({ hotkey, requestsPerMinute = 300, bodyTimeout = "10 seconds" }: AdmissionOptions) =>
  Effect.gen(function* () {
    const view = yield* SubnetView
    const nonces = Nonces.make({ lifetime: Wire.NONCE_LIFETIME, capacity: NONCES })
    const countRequest = yield* perMinute(requestsPerMinute, HOTKEYS)
    const countFailure = yield* perMinute(FAILURES_PER_MINUTE, ADDRESSES)
    const countRead = yield* perMinute(READS_PER_MINUTE, ADDRESSES)
    const places = PrioritySemaphore.make(PROVEN_PLACES)
    const unprovenPlaces = yield* Effect.makeSemaphore(UNPROVEN_PLACES)
    const readBytes = bodyReader(bodyTimeout)

    const inUnprovenPlace = <A, E, R>(work: Effect.Effect<A, E, R>) =>
      Effect.flatMap(
        unprovenPlaces.withPermitsIfAvailable(1)(work),
        Option.match({ onNone: overloaded, onSome: (value) => Effect.succeed(value) })
      )

    /** Senders with more stake come first. */
    const inPlaceOf = <A, E, R>(sender: AccountAddress, work: Effect.Effect<A, E, R>) =>
      Effect.flatMap(view.current, ({ stakeOf }) =>
        places.within(sender, stakeOf(sender), Effect.either(work)).pipe(Effect.catchTag("TurnedAway", overloaded), Effect.flatten)
      )

    /** Whether a proven sender may use this synapse now. Of two copies of a request only one passes. */
    const authorise = ({ callers }: SynapseHandler, { hotkey: sender, nonceKey, nonce }: Wire.Credentials, now: bigint) =>
      Effect.gen(function* () {
        const facts = yield* view.current
        if (!facts.isRegistered(sender)) return yield* forbidden(`${sender} is not registered on subnet ${view.netuid}`)
        if (callers === "validators" && !facts.isValidator(sender))
          return yield* forbidden(`${sender} is not a validator of the contract ${view.contract}`)
        // A replay must not use up the sender's limit, nor a request over the limit take a place among the nonces.
        if (!nonces.isFresh(nonceKey, nonce)) return yield* replayed()
        if (!(yield* countRequest(sender, 1)))
          return yield* new RequestRefused({ status: 429, text: `more than ${requestsPerMinute} requests in a minute: wait for the next` })
        // Another copy may have passed meanwhile. Nothing runs between these two.
        if (!nonces.isFresh(nonceKey, nonce)) return yield* replayed()
        if (!nonces.record(nonceKey, nonce, now))
          return yield* new RequestRefused({ status: 429, text: "too many requests at this axon: wait a minute" })
      })

    /**
     * Proves who sent the request, to us, now: 401 comes before 403, and both before the body is parsed. A dendrite proves itself by headers, before
     * its body is read. btauth/1 signs the body, which must be read first; hence the few places without proof.
     */
    const prove = (handler: SynapseHandler, request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        const now = yield* nowNanos
        const credentials = yield* Effect.mapError(
          Wire.credentialsOf((header) => request.headers[header], { hotkey: hotkey.address, now }),
          unproven
        )
        if (!nonces.isFresh(credentials.nonceKey, credentials.nonce)) return yield* replayed()
        const body = credentials.protocol === "btauth" ? yield* inUnprovenPlace(readBytes(request)) : undefined
        const { pathname, search } = new URL(request.url, "http://axon")
        const signed = { method: request.method, path: `${pathname}${search}`, body: body ?? new Uint8Array() }
        yield* check(Wire.checkSignature(credentials, signed))
        yield* authorise(handler, credentials, now)
        return { credentials, body } satisfies Proof
      })

    /** The fields of a proven sender's body, if they are the signed ones. */
    const fieldsOf = ({ synapse }: SynapseHandler, request: HttpServerRequest.HttpServerRequest, { credentials, body }: Proof) =>
      Effect.gen(function* () {
        const fields = yield* readFields(synapse, body ?? (yield* readBytes(request)))
        yield* check(Wire.checkBody(credentials, Synapse.hashedOf(synapse, Synapse.fieldsOf(synapse, fields))))
        return fields
      })

    /** Does the work for a request once its sender and body are proven, in one of the sender's places. */
    const within = <A, E, R>(handler: SynapseHandler, request: HttpServerRequest.HttpServerRequest, work: ProvenWork<A, E, R>) =>
      Effect.gen(function* () {
        const address = addressOf(request)
        if (!(yield* countFailure(address, 0)))
          return yield* new RequestRefused({ status: 429, text: "too many unproven requests from this address: wait a minute" })
        const countUnproven = <B, R2>(proving: Effect.Effect<B, RequestRefused, R2>) =>
          Effect.tapError(proving, ({ status }) => (status === 401 ? countFailure(address, 1) : Effect.void))
        const proof = yield* countUnproven(prove(handler, request))
        const sender = proof.credentials.hotkey
        Listener.markProven(request)
        return yield* inPlaceOf(
          sender,
          Effect.flatMap(countUnproven(fieldsOf(handler, request, proof)), (body) => work(body, sender))
        )
      })

    /** Counts a request that only reads. It shares no limit with synapses, so that nobody who reads much is kept from sending. */
    const read = (request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        if (!(yield* countRead(addressOf(request), 1)))
          return yield* new RequestRefused({ status: 429, text: `more than ${READS_PER_MINUTE} requests in a minute: wait for the next` })
      })

    return { within, read }
  })
