/**
 * Decides which requests an axon handles. It works on no request before its sender is proven. All resources that a sender can use up are bounded and
 * shared: by hotkey among proven senders, by address among all others.
 */
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { type Duration, Effect, type Either, Option } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { MAX_NESTING, nestsDeeperThan } from "../../../domain/nesting.ts"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import { type Sharer, sharerAt } from "../../machine/http/addresses.ts"
import { readBody } from "../../machine/http/body.ts"
import * as Listener from "../../machine/http/Listener.ts"
import * as RateLimit from "../../machine/http/rateLimit.ts"
import * as SharedRoom from "../../machine/http/sharedRoom.ts"
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

/** Concurrent work for proven senders. Their bodies have arrived by then, so a slow sender occupies no place. */
const WORK: PrioritySemaphore.Limits = { places: 48, waiting: 256, perOwner: 16 }
/** The least that a body counts: about as much memory as its request and its connection take. */
const LEAST_ROOM = 16_384
/**
 * The memory for bodies that are arriving or being handled, of proven senders and of others: 32 of the longest or 2,048 short ones. A body that falls
 * more than a second behind the floor rate loses its room first. At that rate a short body arrives within a second, and a long one within the time
 * limit.
 */
const BODIES: SharedRoom.WorkRoom = {
  capacity: 33_554_432,
  freed: 1 / 16,
  least: LEAST_ROOM,
  floor: { perSecond: 16_384, patience: 1 }
}
/** Unproven requests of one network address per minute. Beyond them, the axon does not even check its signatures. */
const FAILURES_PER_MINUTE = 300
/** Public reads of one network address per minute. */
const READS_PER_MINUTE = 300
/** The keys that each rate limiter remembers. */
const HOTKEYS = 4_096
const ADDRESSES = 16_384
/** More nonces than the 256 hotkeys of a subnet can use within the rate limit, in the two minutes that a nonce's lifetime spans. */
const NONCES = 163_840
/** Statuses of unproven requests. 503: the body was cut off, because it was slow or its client took most of the room. */
const FAILURES: ReadonlySet<number> = new Set([400, 401, 403, 408, 413, 503])
const NO_BODY = new Uint8Array()

const monotonic = () => performance.now()

/** The client to which limits apply. */
const senderOf = (request: HttpServerRequest.HttpServerRequest): Sharer => sharerAt(Option.getOrElse(request.remoteAddress, () => ""))

/** A proven sender, to which limits apply wherever it sends from. */
const ownerOf = (sender: AccountAddress): Sharer => ({ client: sender, network: sender })

const unproven = (error: Wire.NotVerified) => new RequestRefused({ status: 401, text: error.message })
const check = (result: Either.Either<void, Wire.NotVerified>) => Effect.mapError(result, unproven)
const replayed = () => unproven(new Wire.NotVerified({ reason: "Nonce is too old, a newer one was last processed" }))
const forbidden = (text: string) => new RequestRefused({ status: 403, text: `Forbidden. Key is blacklisted: ${text}` })
const overloaded = () => new RequestRefused({ status: 503, text: "too many requests at a time: try again" })
const tooLong = (most: number) => new RequestRefused({ status: 413, text: `the body is longer than ${most} bytes` })

type BodyRoom = ReturnType<typeof SharedRoom.makeWorkRoom>
type Use<A, E, R> = (body: Uint8Array) => Effect.Effect<A, E, R>

const refusedWhenCut = <A, E, R>(used: Effect.Effect<Either.Either<A, E>, SharedRoom.MadeRoom | RequestRefused, R>) =>
  Effect.flatten(Effect.catchTag(used, "MadeRoom", overloaded))

/** Accounts for a body in a room while it is used. */
const holdIn =
  (room: BodyRoom, sharer: Sharer, body: Uint8Array) =>
  <A, E, R>(use: Use<A, E, R>) =>
    room
      .within(sharer, ({ grow, settle }) => {
        settle()
        grow(body.length)
        return Effect.either(use(body))
      })
      .pipe(refusedWhenCut)

/** Reads a body into a room, where it stays while it is used. `debt`: bytes charged to its client beyond it. */
const bodyReader =
  (bodyTimeout: Duration.DurationInput) =>
  (room: BodyRoom, sharer: Sharer, request: HttpServerRequest.HttpServerRequest, maxBytes: number, debt = 0) => {
    const reading = (onLength: (length: number) => void) =>
      readBody(request, maxBytes, onLength).pipe(
        Effect.mapError(({ why }) =>
          why === "too long" ? tooLong(maxBytes) : new RequestRefused({ status: 400, text: "the body is incomplete" })
        ),
        Effect.timeoutFail({
          duration: bodyTimeout,
          onTimeout: () => new RequestRefused({ status: 408, text: "the body took too long to arrive" })
        })
      )
    return <A, E, R>(use: Use<A, E, R>): Effect.Effect<A, E | RequestRefused, R> =>
      Number(request.headers["content-length"] ?? 0) > maxBytes
        ? tooLong(maxBytes)
        : room
            .within(
              sharer,
              ({ grow, settle }) =>
                reading(grow).pipe(
                  Effect.tap(settle),
                  Effect.flatMap((body) => Effect.either(use(body)))
                ),
              debt
            )
            .pipe(refusedWhenCut)
  }

/** Parses a body's fields, within the limits on strangers' data. Fails with 422. */
export const readFields = (synapse: Synapse.Synapse, bytes: Uint8Array) =>
  Effect.gen(function* () {
    if (nestsDeeperThan(MAX_NESTING, bytes)) return yield* Effect.fail("the body is nested too deeply")
    return yield* Effect.try({
      try: (): PythonValue => parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
      catch: () => "the body is not JSON"
    })
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
    const requests = RateLimit.make({ perMinute: requestsPerMinute, refill: "by the minute", keys: HOTKEYS })
    const failures = RateLimit.makeShared({ perMinute: FAILURES_PER_MINUTE, refill: "by the minute", keys: ADDRESSES })
    const reads = RateLimit.makeShared({ perMinute: READS_PER_MINUTE, refill: "by the minute", keys: ADDRESSES })
    const places = PrioritySemaphore.make(WORK)
    const [unprovenBodies, provenBodies] = [SharedRoom.makeWorkRoom(BODIES, monotonic), SharedRoom.makeWorkRoom(BODIES, monotonic)]
    const readIn = bodyReader(bodyTimeout)

    /** Senders with more stake come first. */
    const inPlaceOf = <A, E, R>(sender: AccountAddress, work: Effect.Effect<A, E, R>) =>
      Effect.flatMap(view.current, ({ stakeOf }) =>
        places.within(sender, stakeOf(sender), Effect.either(work)).pipe(Effect.catchTag("TurnedAway", overloaded), Effect.flatten)
      )

    /** Checks that a proven sender may use this synapse now. Of two copies of a request only one passes. */
    const authorise = ({ callers }: SynapseHandler, { hotkey: sender, nonceKey, nonce }: Wire.Credentials, now: bigint) =>
      Effect.gen(function* () {
        const facts = yield* view.current
        if (!facts.isRegistered(sender)) return yield* forbidden(`${sender} is not registered on subnet ${view.netuid}`)
        if (callers === "validators" && !facts.isValidator(sender))
          return yield* forbidden(`${sender} is not a validator of the contract ${view.contract}`)
        // A replay must not use up the sender's rate limit, and a request over the limit must not take a place among the nonces.
        if (!nonces.isFresh(nonceKey, nonce)) return yield* replayed()
        if (requests.reserve(sender, yield* elapsedMillis) === undefined)
          return yield* new RequestRefused({ status: 429, text: `more than ${requestsPerMinute} requests in a minute: wait for the next` })
        // Another copy may have passed meanwhile. No other fiber runs between these two lines.
        if (!nonces.isFresh(nonceKey, nonce)) return yield* replayed()
        if (!nonces.record(nonceKey, nonce, now))
          return yield* new RequestRefused({ status: 429, text: "too many requests at this axon: wait a minute" })
      })

    /** Checks the headers' claims. 401 comes before 403, and both before the body is parsed. */
    const claimed = (request: HttpServerRequest.HttpServerRequest, now: bigint) =>
      Effect.gen(function* () {
        const credentials = yield* Effect.mapError(
          Wire.credentialsOf((header) => request.headers[header], { hotkey: hotkey.address, now }),
          unproven
        )
        if (!nonces.isFresh(credentials.nonceKey, credentials.nonce)) return yield* replayed()
        return credentials
      })

    /** Proves the request's sender, receiver and time. `body`: the part that the signature covers. */
    const prove =
      (handler: SynapseHandler, request: HttpServerRequest.HttpServerRequest, credentials: Wire.Credentials, now: bigint) =>
      (body: Uint8Array) =>
        Effect.gen(function* () {
          const { pathname, search } = new URL(request.url, "http://axon")
          const signed = { method: request.method, path: `${pathname}${search}`, body }
          yield* Effect.mapError(
            // A signature check takes about a millisecond of CPU.
            Listener.inTurn(request, () => Wire.checkSignature(credentials, signed)),
            unproven
          )
          yield* authorise(handler, credentials, now)
          return body
        })

    /** Runs the work for a request, once its sender and body are proven, in one of the sender's places. */
    const within = <A, E, R>(handler: SynapseHandler, request: HttpServerRequest.HttpServerRequest, work: ProvenWork<A, E, R>) =>
      Effect.gen(function* () {
        const { synapse } = handler
        const { maxBytes = Synapse.SHORT_BODY } = synapse
        const from = senderOf(request)
        const { left } = failures.stateOf(from, yield* elapsedMillis)
        if (left === 0)
          return yield* new RequestRefused({ status: 429, text: "too many unproven requests from this address: wait a minute" })
        const countUnproven = <B, E2, R2>(proving: Effect.Effect<B, E2 | RequestRefused, R2>, counted: ReadonlySet<number>) =>
          Effect.tapError(proving, (error) =>
            error instanceof RequestRefused && counted.has(error.status)
              ? Effect.map(elapsedMillis, (at) => failures.reserve(from, at))
              : Effect.void
          )
        const now = yield* nowNanos
        // A dendrite's signature is in the headers, and is checked before its body is read. btauth/1 signs the body, which must be read first.
        const { credentials, body } = yield* countUnproven(
          Effect.gen(function* () {
            const credentials = yield* claimed(request, now)
            const proving = prove(handler, request, credentials, now)
            if (credentials.protocol === "dendrite") return yield* Effect.as(proving(NO_BODY), { credentials, body: undefined })
            const debt = (FAILURES_PER_MINUTE - left) * LEAST_ROOM
            return { credentials, body: yield* readIn(unprovenBodies, from, request, maxBytes, debt)(proving) }
          }),
          FAILURES
        )
        const sender = credentials.hotkey
        Listener.markProven(request)
        const workOn = (bytes: Uint8Array) =>
          inPlaceOf(
            sender,
            Effect.gen(function* () {
              const fields = yield* readFields(synapse, bytes)
              yield* countUnproven(
                check(Wire.checkBody(credentials, Synapse.hashedOf(synapse, Synapse.fieldsOf(synapse, fields)))),
                FAILURES
              )
              return yield* work(fields, sender)
            })
          )
        const reading =
          body === undefined ? readIn(provenBodies, ownerOf(sender), request, maxBytes) : holdIn(provenBodies, ownerOf(sender), body)
        return yield* reading(workOn)
      })

    /** Counts a public read. Reads share no limit with synapses, so that a client that reads much can still send. */
    const read = (request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        if (reads.reserve(senderOf(request), yield* elapsedMillis) === undefined)
          return yield* new RequestRefused({ status: 429, text: `more than ${READS_PER_MINUTE} requests in a minute: wait for the next` })
      })

    return { within, read }
  })
