/** The validator's HTTP server: synapses in Bittensor's form, and public routes. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Cause, Context, Duration, Effect, Either, Layer, Option } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { MAX_NESTING } from "../../../domain/nesting.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import * as Listener from "../../machine/http/Listener.ts"
import { orNotFound } from "../../machine/http/notFound.ts"
import { count, observe } from "../../machine/telemetry/metrics.ts"
import { AxonEndpoints, RequestRefused, type SynapseHandler } from "./AxonEndpoints.ts"
import * as Admission from "./admission.ts"
import { responseHeaders } from "./wire/dendrite.ts"
import { GossipSynapse } from "./wire/synapses.ts"

export class Axon extends Context.Tag("gittensor/Axon")<Axon, { readonly hostname: string; readonly port: number }>() {}

export interface AxonOptions
  extends Admission.AdmissionOptions,
    Pick<Listener.ListenerOptions, "hostname" | "port" | "connections" | "connectionsPerClient"> {}

strangersBytes({
  what: "requests to the axon",
  writtenBy: "anyone on the internet",
  readIn: "this process",
  limits: {
    ...Listener.REQUEST_LIMITS,
    bytes: GossipSynapse.maxBytes,
    nesting: MAX_NESTING,
    also: "connection slots by address and owner, a rate limit by address; slow clients are closed first"
  },
  test: "test/http/axon/hostile.test.ts"
})

/**
 * The rate at which one address may open connections and requests: many times the limits by hotkey and address, and low enough that ten addresses
 * leave most of the time to others.
 */
const REQUEST_RATE = { perSecond: 100, burst: 350 }

const makeApp = (admission: Effect.Effect.Success<ReturnType<typeof Admission.make>>, handlers: ReadonlyMap<string, SynapseHandler>) => {
  const available = Array.from(handlers.keys()).toSorted().join(", ")

  const dispatch = (name: string, request: HttpServerRequest.HttpServerRequest) => {
    const handler = handlers.get(name)
    return handler === undefined
      ? new RequestRefused({ status: 404, text: `Synapse name '${name.slice(0, 64)}' not found. Available synapses: ${available}` })
      : admission.within(handler, request, (body, sender) => Effect.annotateLogs(handler.handle(body, sender), { sender }))
  }

  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { synapse: name = "" } = yield* HttpRouter.params
    const synapse = handlers.has(name) ? name : "unknown"
    const [took, outcome] = yield* dispatch(name, request).pipe(
      Effect.catchAllDefect((defect) =>
        Effect.logError("internal error while the axon answered a request (please report it with the lines below)", Cause.die(defect)).pipe(
          Effect.zipRight(new RequestRefused({ status: 500, text: "Internal Server Error" }))
        )
      ),
      Effect.either,
      Effect.timed
    )
    const seconds = Duration.toSeconds(took)
    const { status, message, content } = Either.match(outcome, {
      onLeft: ({ status, text, reason }) => ({
        status,
        message: text,
        content: { message: text, ...(reason === undefined ? {} : { reason }) }
      }),
      onRight: (fields) => ({ status: 200, message: "Success", content: { name, ...fields } })
    })
    yield* count("gittensor_axon_requests_total", { synapse, status: status.toString() })
    yield* observe("gittensor_axon_request_duration_seconds", seconds)
    return HttpServerResponse.unsafeJson(content, { status, headers: responseHeaders({ synapse, status, message, seconds }) })
  }).pipe(Effect.withSpan("Axon.request"))
}

const refusal = ({ status, text }: RequestRefused) =>
  HttpServerResponse.unsafeJson({ message: text }, { status, ...(status === 429 ? { headers: { "retry-after": "60" } } : {}) })

/** Listens until the scope ends. */
const make = (options: AxonOptions) =>
  Effect.gen(function* () {
    const { hostname, port } = options
    const endpoints = yield* AxonEndpoints
    const admission = yield* Admission.make(options)
    const synapses = yield* endpoints.synapses
    const app = makeApp(admission, synapses)
    const router = orNotFound((yield* endpoints.routes).pipe(HttpRouter.concat(HttpRouter.empty.pipe(HttpRouter.post("/:synapse", app)))))
    // A stranger's request target need not be a URL: `//[` is none.
    const isToSynapse = ({ method, url }: HttpServerRequest.HttpServerRequest) =>
      method === "POST" && synapses.has(url.slice(1).split("?", 1)[0] ?? "")
    const limited = Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      // A synapse is limited by its proven sender, everything else by address, a POST to an unknown synapse included.
      if (isToSynapse(request)) return yield* router
      const refused = yield* Effect.option(Effect.flip(admission.read(request)))
      return Option.isSome(refused) ? refusal(refused.value) : yield* router
    })
    const server = yield* Listener.make({ ...options, name: "the axon", pace: REQUEST_RATE }).pipe(
      Effect.mapError(
        ({ reason }) =>
          new OperationFailed({
            message: `the axon cannot listen on ${hostname}:${port} (${reason}): choose another port with --axon-port, or 0 for a free one`
          })
      )
    )
    yield* HttpServer.serveEffect(limited).pipe(Effect.provideService(HttpServer.HttpServer, server))
    const { address } = server
    return Axon.of({ hostname, port: address._tag === "TcpAddress" ? address.port : port })
  })

/** Serves the endpoints registered so far. Build the layers that register endpoints first. */
export const layer = (options: AxonOptions) => Layer.scoped(Axon, make(options))
