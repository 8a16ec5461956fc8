/** Servers of a test's own, on a free port of this machine until the scope closes. */
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { Effect, type Scope } from "effect"

/** A server of HTTP. `url` has no final slash. */
export const serve = (
  fetch: (request: Request) => Response | Promise<Response>
): Effect.Effect<{ readonly port: number; readonly url: string }, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch })),
    (server) => Effect.promise(() => server.stop(true))
  ).pipe(Effect.map(({ port = 0 }) => ({ port, url: `http://127.0.0.1:${port}` })))

/** A server of WebSocket that answers each message. It answers other requests as many providers of nodes do. */
export const serveWebSocket = (
  answer: (text: string) => string
): Effect.Effect<{ readonly port: number; readonly url: string }, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() =>
      Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: (request, server) =>
          server.upgrade(request) ? undefined : new Response("WebSocket is the only protocol here", { status: 405 }),
        websocket: { message: (socket, text) => void socket.send(answer(String(text))) }
      })
    ),
    (server) => Effect.promise(() => server.stop(true))
  ).pipe(Effect.map(({ port = 0 }) => ({ port, url: `ws://127.0.0.1:${port}` })))

/** A server of bare connections. Closing the scope destroys them. Returns its port. */
export const listen = (meet: (socket: Socket) => void): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket))
        meet(socket)
      })
      await once(server.listen(0, "127.0.0.1"), "listening")
      // A listening TCP server's address is always an AddressInfo.
      return { server, sockets, port: (server.address() as AddressInfo).port }
    }),
    ({ server, sockets }) =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  ).pipe(Effect.map(({ port }) => port))
