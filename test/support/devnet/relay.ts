/** A relay in front of a node that observes and may change the traffic. */
import { Effect, type Scope } from "effect"

export interface RelayOptions {
  /** Sees each message from the client, and answers in place of the node if it returns a text. */
  readonly reply?: (text: string) => string | undefined
  /** Sees each message from the node, and may change it. */
  readonly answer?: (text: string) => string
}

/** Relays to the node at `target` until the scope closes. Returns the relay's own `ws://…`. */
export const relay = (target: string, { reply, answer }: RelayOptions): Effect.Effect<string, never, Scope.Scope> =>
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
