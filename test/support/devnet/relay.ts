/** A relay in front of a node that observes and may change the traffic. */
import { Effect, type Scope } from "effect"

export interface RelayOptions {
  /** Called with each message from the client. */
  readonly onRequest?: (text: string) => void
  /** Answers a client's message in place of the node, if it returns a text. */
  readonly reply?: (text: string) => string | undefined
  /** Changes each message from the node. */
  readonly answer?: (text: string) => string
}

/** Relays to the node at `target` until the scope closes. Returns the relay's own `ws://…`. */
export const relay = (target: string, { onRequest, reply, answer }: RelayOptions): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const upstreams = new WeakMap<object, WebSocket>()
      return Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("WebSocket only", { status: 400 })),
        websocket: {
          maxPayloadLength: 64 * 1_048_576,
          open: (client) => {
            const upstream = new WebSocket(target)
            upstreams.set(client, upstream)
            upstream.onmessage = ({ data }) => {
              const text = String(data)
              client.send(answer === undefined ? text : answer(text))
            }
            upstream.onclose = () => client.close()
          },
          message: (client, data) => {
            const text = String(data)
            onRequest?.(text)
            const replied = reply?.(text)
            if (replied !== undefined) {
              client.send(replied)
              return
            }
            const upstream = upstreams.get(client)
            if (upstream?.readyState === WebSocket.OPEN) upstream.send(text)
            else upstream?.addEventListener("open", () => upstream.send(text))
          },
          close: (client) => upstreams.get(client)?.close()
        }
      })
    }),
    (server) => Effect.promise(() => server.stop(true))
  ).pipe(Effect.map(({ port }) => `ws://127.0.0.1:${port}`))
