import { Effect, FiberSet, type Scope } from "effect"
import { messageOf } from "../../../src/domain/messageOf.ts"
import { PortUnavailable } from "./DevChainError.ts"
import { type Client, Connection, withoutSubscriptions } from "./rpc/Client.ts"
import { makeDispatch } from "./rpc/dispatch.ts"
import type { Methods } from "./rpc/Method.ts"

/** The largest message accepted: a runtime upgrade is 4 MB of hexadecimal digits. */
const messageLimit = 16 * 1024 * 1024
const connectionLimit = 512

/** A client that does not read is disconnected at this many unsent bytes. */
const unsentLimit = 64 * 1024 * 1024

/** Seconds without any message, pings included, before a connection is closed. */
const idleTimeout = 120

interface SocketData {
  connection: Connection | undefined
}

/** Serves JSON-RPC over WebSocket and HTTP POST until the scope closes. Returns the port. */
export const serve = (
  methods: Methods,
  { host, port }: { readonly host: string; readonly port: number }
): Effect.Effect<number, PortUnavailable, Scope.Scope> =>
  Effect.gen(function* () {
    const dispatch = makeDispatch(methods)
    const run = yield* FiberSet.makeRuntimePromise<never>()
    let connections = 0

    const overHttp = async (request: Request): Promise<Response> => {
      const reply = await run(dispatch(await request.text(), withoutSubscriptions))
      return reply === undefined
        ? new Response(null, { status: 204 })
        : new Response(reply, { headers: { "content-type": "application/json" } })
    }

    const overSocket = async (text: string, socket: Bun.ServerWebSocket<SocketData>): Promise<void> => {
      const { connection } = socket.data
      if (connection === undefined) return
      const request: { readonly client: Client; readonly begin: () => void } = connection.request()
      const reply = await run(dispatch(text, request.client))
      if (reply !== undefined) socket.send(reply)
      request.begin()
    }

    const server = yield* Effect.acquireRelease(
      Effect.try({
        try: () =>
          Bun.serve<SocketData>({
            hostname: host,
            port,
            maxRequestBodySize: messageLimit,
            fetch: (request, listener) => {
              if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
                if (connections >= connectionLimit) return new Response("too many connections", { status: 503 })
                return listener.upgrade(request, { data: { connection: undefined } })
                  ? undefined
                  : new Response("no WebSocket", { status: 400 })
              }
              if (request.method === "POST") return overHttp(request)
              return new Response("Gittensor dev chain: JSON-RPC over WebSocket or POST\n", {
                status: request.method === "GET" ? 200 : 405
              })
            },
            websocket: {
              maxPayloadLength: messageLimit,
              backpressureLimit: unsentLimit,
              closeOnBackpressureLimit: true,
              idleTimeout,
              open: (socket) => {
                connections++
                socket.data.connection = new Connection((message) => socket.send(message))
              },
              // A request interrupted by the server's stop needs no answer.
              message: (socket, message) => void overSocket(String(message), socket).catch(() => undefined),
              close: (socket) => {
                connections--
                socket.data.connection?.close()
              }
            }
          }),
        catch: (cause) => new PortUnavailable({ host, port, reason: messageOf(cause) })
      }),
      (running) => Effect.promise(() => running.stop(true))
    )
    return server.port ?? port
  })
