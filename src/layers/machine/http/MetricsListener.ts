/**
 * The listener for /health, /live, /ready and /metrics. It is separate from the public ones, because it reveals a process's endpoints and troubles.
 * It listens on the loopback address by default.
 */
import type * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import * as Listener from "./Listener.ts"
import { orNotFound } from "./notFound.ts"

export interface MetricsAddress {
  readonly hostname: string
  /** 0 takes any free port. */
  readonly port: number
}

strangersBytes({
  what: "requests for metrics and health",
  writtenBy: "programs of this machine, unless the operator opens the listener to others",
  readIn: "this process",
  limits: { ...Listener.REQUEST_LIMITS, bytes: 0, also: "no route takes a body" },
  test: "test/http/server/listener.test.ts"
})

/** The /metrics response, in Prometheus' text format. */
export const metricsText = (text: string) =>
  HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8", headers: { "cache-control": "no-store" } })

/** Serves these routes until the scope closes. Returns the address with the port that is in use. */
export const serve = <E, R>(routes: HttpRouter.HttpRouter<E, R>, { hostname, port }: MetricsAddress) =>
  Effect.gen(function* () {
    const server = yield* Listener.make({ hostname, port, name: "the listener of metrics" }).pipe(
      Effect.mapError(
        ({ reason }) =>
          new OperationFailed({
            message: `metrics cannot be served on ${hostname}:${port} (${reason}): choose another port with --metrics-port, or 0 for a free one`
          })
      )
    )
    yield* HttpServer.serveEffect(orNotFound(routes)).pipe(Effect.provideService(HttpServer.HttpServer, server))
    return { hostname, port: server.address._tag === "TcpAddress" ? server.address.port : port } satisfies MetricsAddress
  })
