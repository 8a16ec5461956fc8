/** A relay in front of a node that counts JSON-RPC requests and bytes, and can hide methods of the node. */
import { Effect, Schema, type Scope } from "effect"

export interface Counted {
  readonly endpoint: string
  /** The methods requested since the last call, in order, without connection management. */
  readonly taken: () => ReadonlyArray<string>
  /** Bytes in both directions since the last call. */
  readonly bytes: () => number
}

const Request = Schema.parseJson(Schema.Struct({ method: Schema.String, id: Schema.optional(Schema.Union(Schema.String, Schema.Number)) }))
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(["system_health", "state_subscribeRuntimeVersion"])

interface Relayed {
  readonly upstream: WebSocket
}

export const counted = (target: string, unknown: ReadonlySet<string> = new Set()): Effect.Effect<Counted, never, Scope.Scope> =>
  Effect.gen(function* () {
    let methods: Array<string> = []
    let bytes = 0
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.serve<Relayed>({
          hostname: "127.0.0.1",
          port: 0,
          fetch: (request, server) =>
            server.upgrade(request, { data: { upstream: new WebSocket(target) } })
              ? undefined
              : new Response("no WebSocket", { status: 400 }),
          websocket: {
            maxPayloadLength: 64 * 1024 * 1024,
            open: (socket) => {
              const { upstream } = socket.data
              upstream.onmessage = ({ data }) => {
                bytes += String(data).length
                socket.send(String(data))
              }
              upstream.onclose = () => socket.close()
            },
            message: (socket, text) => {
              const { upstream } = socket.data
              bytes += String(text).length
              const { method, id } = Schema.decodeUnknownSync(Request)(String(text))
              if (!OF_THE_CONNECTION.has(method)) methods.push(method)
              if (unknown.has(method))
                socket.send(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "Method not found" } }))
              else if (upstream.readyState === WebSocket.OPEN) upstream.send(text)
              else upstream.addEventListener("open", () => upstream.send(text))
            },
            close: (socket) => socket.data.upstream.close()
          }
        })
      ),
      (running) => Effect.promise(() => running.stop(true))
    )
    return {
      endpoint: `ws://127.0.0.1:${server.port}`,
      taken: () => {
        const before = methods
        methods = []
        return before
      },
      bytes: () => {
        const before = bytes
        bytes = 0
        return before
      }
    }
  })
