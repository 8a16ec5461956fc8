/**
 * The validator's HTTP server: miners' enrolments and other validators' gossip in Bittensor's form, beside whatever routes the caller mounts.
 * A request is proven before anything is done for it, and everything it can use up is bounded.
 */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Cause, Context, Data, Duration, Effect, Either, Layer, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { count, observe } from "../../telemetry/metrics.ts"
import { readBody } from "../http/body.ts"
import * as Listener from "../http/Listener.ts"
import { Enrolments } from "../store/Enrolments.ts"
import { SubnetView } from "../subnet/SubnetView.ts"
import { nowNanos } from "./Dendrite.ts"
import * as Gate from "./PrioritySemaphore.ts"
import * as Gossip from "./synapses/EnrolmentGossip.ts"
import * as Instance from "./synapses/ThisProcess.ts"
import * as Wire from "./wire/dendrite.ts"
import * as Nonces from "./wire/nonces.ts"
import { type PythonValue, parseJson } from "./wire/python.ts"
import * as RateLimit from "./wire/rateLimit.ts"
import * as Synapses from "./wire/synapses.ts"

export class AxonUnavailable extends Schema.TaggedError<AxonUnavailable>()("AxonUnavailable", {
  hostname: Schema.String,
  port: Schema.Number,
  reason: Schema.String
}) {
  override get message() {
    return `the axon cannot listen on ${this.hostname}:${this.port} (${this.reason}): choose another port with --axon-port, or 0 for a free one`
  }
}

export class Axon extends Context.Tag("gittensor/Axon")<Axon, { readonly hostname: string; readonly port: number }>() {}

interface Proof {
  readonly credentials: Wire.Credentials
  /** The body, where it had to be read before. */
  readonly early: Uint8Array | undefined
}

interface Reception {
  /** The hotkey that requests must be meant for. */
  readonly hotkey: Pick<KeyPair, "address">
  /** Requests of one hotkey in a minute. Default 300. */
  readonly requestsPerMinute?: number
  /** How long a body may take to arrive. Default 10 s. */
  readonly bodyTimeout?: Duration.DurationInput
}

export interface Options<E = never, R = never>
  extends Reception,
    Pick<Listener.Options, "hostname" | "port" | "connections" | "connectionsPerClient"> {
  /** Routes of the caller's own (`/health`, `/metrics`, …); they come first. */
  readonly routes?: HttpRouter.HttpRouter<E, R>
}

/** Bytes of a body that are read at most. */
export const MAX_BODY_BYTES = 1_048_576
const MINUTE = 60_000_000_000n
/** Requests of proven senders: each may hold one body. */
const PROVEN: Gate.GateLimits = { places: 48, waiting: 256, perOwner: 16 }
/** How many may wait for a body before their sender is proven. */
const MAX_UNPROVEN = 16
/** Unproven and forbidden requests of one network address in a minute; beyond them its signatures are not even looked at. */
const FAILURES_PER_MINUTE = 300

/** An answer other than 200. */
class Answer extends Data.TaggedError("Answer")<{ readonly status: number; readonly text: string; readonly reason?: string }> {}

const decodeEnrolment = Schema.decodeUnknown(Synapses.EnrolmentSynapse)
const decodeGossip = Schema.decodeUnknown(Synapses.GossipSynapse)
const decodeQuestion = Schema.decodeUnknown(Instance.InstanceQuestion)
const encodeAnswer = Schema.encode(Synapses.GossipAnswer)
const encodeStanding = Schema.encode(Synapses.StandingAnswer)

const unreadable = (text: string) => () => new Answer({ status: 422, text })

/** The work of each synapse, once its sender and body are proven. */
const handlers = {
  Synapse: () => Effect.succeed({}),
  EnrolmentSynapse: (body: Synapses.Body) =>
    Effect.gen(function* () {
      const signed = yield* decodeEnrolment(body).pipe(
        Effect.mapError(unreadable("enrolment refused: its text or signature is not in the form of gittensor/enrolment/v1"))
      )
      const store = yield* Enrolments
      const { issue, choice, sequence } = yield* store
        .submit(signed)
        .pipe(Effect.catchTag("EnrolmentRefused", ({ status, message, reason }) => new Answer({ status, text: message, reason })))
      yield* Effect.logDebug("enrolment stored").pipe(Effect.annotateLogs({ issue, choice, sequence }))
      return { ...signed, accepted: true }
    }),
  GossipSynapse: (body: Synapses.Body) =>
    Effect.gen(function* () {
      const request = yield* decodeGossip(body).pipe(
        Effect.mapError(unreadable("gossip refused: it is not in the form of a GossipSynapse"))
      )
      const answer = yield* encodeAnswer(yield* Gossip.answer(request)).pipe(Effect.orDie)
      return { summary: [], ...answer }
    }),
  StandingSynapse: (sender: AccountAddress) =>
    Effect.gen(function* () {
      const [store, { current }] = yield* Effect.all([Enrolments, SubnetView])
      const [{ currentBlock }, enrolments] = yield* Effect.all([current, store.of(sender)])
      return yield* encodeStanding({ block: currentBlock, enrolments: enrolments.slice(0, Synapses.MAX_STANDING) }).pipe(Effect.orDie)
    }),
  InstanceSynapse: (body: Synapses.Body, sender: AccountAddress) =>
    Effect.gen(function* () {
      const question = yield* decodeQuestion(body).pipe(
        Effect.mapError(unreadable("the question is not in the form of an InstanceSynapse"))
      )
      const own = yield* Instance.answer(sender, question)
      return own === undefined
        ? yield* new Answer({ status: 403, text: "Forbidden. Only the axon's own hotkey may ask this" })
        : { ...question, ...own }
    })
}

/** Why no token is taken, for a miner that would broadcast its own. */
const NO_TOKENS =
  'this validator takes no GitHub tokens and keeps none: keep yours, and link your account with "gittensor mine link-github", which sends it to nobody'

const takeFrom = (name: Synapses.SynapseName, body: Synapses.Body, sender: AccountAddress) =>
  Effect.gen(function* () {
    switch (name) {
      case "Synapse":
        return yield* handlers.Synapse()
      case "EnrolmentSynapse":
        return yield* handlers.EnrolmentSynapse(body)
      case "GossipSynapse":
        return yield* handlers.GossipSynapse(body)
      // The answer holds no word of the token, as nothing here does.
      case "PatBroadcastSynapse":
        return { github_access_token: "", accepted: false, rejection_reason: NO_TOKENS }
      case "PatCheckSynapse":
        return { has_pat: false, pat_valid: false, rejection_reason: NO_TOKENS }
      case "StandingSynapse":
        return yield* handlers.StandingSynapse(sender)
      case "InstanceSynapse":
        return yield* handlers.InstanceSynapse(body, sender)
    }
  })

const makeApp = ({ hotkey, requestsPerMinute = 300, bodyTimeout = "10 seconds" }: Reception) =>
  Effect.gen(function* () {
    const view = yield* SubnetView
    const nonces = Nonces.make({ lifetime: Wire.NONCE_LIFETIME, capacity: 65_536 })
    const perHotkey = RateLimit.make({ limit: requestsPerMinute, window: MINUTE, capacity: 4_096 })
    const failures = RateLimit.make({ limit: FAILURES_PER_MINUTE, window: MINUTE, capacity: 16_384 })
    const gate = Gate.make(PROVEN)
    const unprovenPlaces = yield* Effect.makeSemaphore(MAX_UNPROVEN)
    const available = Object.keys(Synapses.FIELDS).join(", ")

    const unproven = (error: Wire.NotVerified) => new Answer({ status: 401, text: error.message })
    const stale = new Wire.NotVerified({ reason: "Nonce is too old, a newer one was last processed" })
    const check = (result: Either.Either<void, Wire.NotVerified>) => Effect.mapError(result, unproven)

    const tooMany = () => new Answer({ status: 503, text: "too many requests at a time: try again" })
    const inUnprovenPlace = <A, E, R>(work: Effect.Effect<A, E, R>) =>
      Effect.flatMap(
        unprovenPlaces.withPermitsIfAvailable(1)(work),
        Option.match({ onNone: tooMany, onSome: (value) => Effect.succeed(value) })
      )
    /** More stake comes first. */
    const inPlaceOf = <A, E, R>(sender: AccountAddress, work: Effect.Effect<A, E, R>) =>
      Effect.flatMap(view.current, ({ stakeOf }) =>
        gate.within(sender, stakeOf(sender), Effect.either(work)).pipe(Effect.catchTag("TurnedAway", tooMany), Effect.flatten)
      )

    const tooLong = () => new Answer({ status: 413, text: `the body is longer than ${MAX_BODY_BYTES} bytes` })
    const readBytes = (request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return yield* tooLong()
        return yield* readBody(request, MAX_BODY_BYTES).pipe(
          Effect.mapError(({ why }) =>
            why === "too long" ? tooLong() : new Answer({ status: 400, text: "the body did not arrive whole" })
          ),
          Effect.timeoutFail({
            duration: bodyTimeout,
            onTimeout: () => new Answer({ status: 408, text: "the body took too long to arrive" })
          })
        )
      })

    const readFields = (name: Synapses.SynapseName, bytes: Uint8Array) =>
      Effect.try({
        try: (): PythonValue => parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
        catch: () => new Answer({ status: 422, text: "the body is not JSON" })
      }).pipe(
        Effect.flatMap((value) => Synapses.readBody(name, value)),
        Effect.mapError((error) => (typeof error === "string" ? new Answer({ status: 422, text: error }) : error))
      )

    /** Whether a proven sender may use this synapse now. Nothing waits in here: of two copies of a request only one gets past. */
    const admit = (name: Synapses.SynapseName, { hotkey: sender, nonceKey, nonce }: Wire.Credentials, now: bigint) =>
      Effect.gen(function* () {
        const facts = yield* view.current
        const forbidden = (text: string) => new Answer({ status: 403, text: `Forbidden. Key is blacklisted: ${text}` })
        if (!facts.isRegistered(sender)) return yield* forbidden(`${sender} is not registered on subnet ${view.netuid}`)
        if (name === "GossipSynapse" && !facts.isValidator(sender))
          return yield* forbidden(`${sender} is not a validator of the contract ${view.contract}`)
        if (!nonces.isFresh(nonceKey, nonce)) return yield* unproven(stale)
        if (!perHotkey.admit(sender, now))
          return yield* new Answer({ status: 429, text: `more than ${requestsPerMinute} requests in a minute: wait for the next` })
        if (!nonces.record(nonceKey, nonce, now))
          return yield* new Answer({ status: 429, text: "too many requests at this axon: wait a minute" })
      })

    /**
     * Who sent it, for us, now, with this body: 401 comes before 403, and both before the body is understood. A dendrite proves itself by its
     * headers, before its body is waited for; btauth/1 signs the body, so the places to wait in without proof are few.
     */
    const prove = (name: Synapses.SynapseName, request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        const now = yield* nowNanos
        const credentials = yield* Effect.mapError(
          Wire.credentialsOf((header) => request.headers[header], { hotkey: hotkey.address, now }),
          unproven
        )
        if (!nonces.isFresh(credentials.nonceKey, credentials.nonce)) return yield* unproven(stale)
        const early = credentials.protocol === "btauth" ? yield* inUnprovenPlace(readBytes(request)) : undefined
        const { pathname, search } = new URL(request.url, "http://axon")
        const signed = { method: request.method, path: `${pathname}${search}`, body: early ?? new Uint8Array() }
        yield* check(Wire.checkSignature(credentials, signed))
        yield* admit(name, credentials, now)
        return { credentials, early }
      })

    /** The body of a proven sender, if it is the one that was signed. */
    const read = (name: Synapses.SynapseName, request: HttpServerRequest.HttpServerRequest, { credentials, early }: Proof) =>
      Effect.gen(function* () {
        const body = yield* readFields(name, early ?? (yield* readBytes(request)))
        yield* check(Wire.checkBody(credentials, Synapses.hashedOf(name, Synapses.fieldsOf(name, body))))
        return body
      })

    const serve = (name: string, request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        if (!Synapses.isSynapseName(name))
          return yield* new Answer({ status: 404, text: `Synapse name '${name.slice(0, 64)}' not found. Available synapses: ${available}` })
        const address = Option.getOrElse(request.remoteAddress, () => "")
        if (failures.isOver(address, yield* nowNanos))
          return yield* new Answer({ status: 429, text: "too many unproven requests from this address: wait a minute" })
        const countUnproven = <A, R>(work: Effect.Effect<A, Answer, R>) =>
          Effect.tapError(work, ({ status }) =>
            status === 401 ? Effect.map(nowNanos, (now) => failures.admit(address, now)) : Effect.void
          )
        const proof = yield* countUnproven(prove(name, request))
        const sender = proof.credentials.hotkey
        Listener.vouch(request)
        return yield* inPlaceOf(
          sender,
          Effect.gen(function* () {
            const body = yield* countUnproven(read(name, request, proof))
            return yield* takeFrom(name, body, sender).pipe(Effect.annotateLogs({ sender }))
          })
        )
      })

    return Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { synapse = "" } = yield* HttpRouter.params
      const known = Synapses.isSynapseName(synapse) ? synapse : "unknown"
      const [took, outcome] = yield* serve(synapse, request).pipe(
        Effect.catchTag("EnrolmentStoreFailed", (error) =>
          Effect.logError(error.message).pipe(Effect.zipRight(new Answer({ status: 500, text: "the enrolment could not be stored" })))
        ),
        Effect.catchAllDefect((defect) =>
          Effect.logError("the axon failed", Cause.die(defect)).pipe(
            Effect.zipRight(new Answer({ status: 500, text: "Internal Server Error" }))
          )
        ),
        Effect.either,
        Effect.timed
      )
      const { status, content } = Either.match(outcome, {
        onLeft: ({ status, text, reason }) => ({ status, content: { message: text, ...(reason === undefined ? {} : { reason }) } }),
        onRight: (fields) => ({ status: 200, content: { name: synapse, ...fields } })
      })
      yield* count("gittensor_axon_requests_total", { synapse: known, status: status.toString() })
      yield* observe("gittensor_axon_request_duration_seconds", Duration.toSeconds(took))
      return HttpServerResponse.unsafeJson(content, {
        status,
        headers: Wire.responseHeaders({
          synapse: known,
          status,
          message: "message" in content ? String(content.message) : "Success",
          seconds: Duration.toSeconds(took)
        })
      })
    }).pipe(Effect.withSpan("Axon.request"))
  })

const missing = HttpServerResponse.unsafeJson({ message: "there is nothing here" }, { status: 404 })

/** Starts listening; the scope's end stops it. */
export const make = <E = never, R = never>(options: Options<E, R>) =>
  Effect.gen(function* () {
    const { hostname, port } = options
    const app = yield* makeApp(options)
    const own = HttpRouter.empty.pipe(HttpRouter.post("/:synapse", app), HttpRouter.all("*", missing))
    const router = options.routes === undefined ? own : HttpRouter.concat(options.routes, own)
    const server = yield* Listener.make({ ...options, name: "the axon" }).pipe(
      Effect.mapError(({ reason }) => new AxonUnavailable({ hostname, port, reason }))
    )
    yield* HttpServer.serveEffect(router).pipe(Effect.provideService(HttpServer.HttpServer, server))
    const { address } = server
    return Axon.of({ hostname, port: address._tag === "TcpAddress" ? address.port : port })
  })

export const layer = <E = never, R = never>(options: Options<E, R>) => Layer.scoped(Axon, make(options))
