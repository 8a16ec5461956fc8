/** Servers of a test's own. */
import { createServer, type ListenOptions, type Server, type Socket } from "node:net"
import { Effect } from "effect"

/** A server that gives each connection to `serve`, until the scope closes. */
export const listening = (serve: (socket: Socket) => void, where: ListenOptions = { port: 0, host: "127.0.0.1" }) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        socket.on("error", () => socket.destroy())
        serve(socket)
      })
      server.listen(where, () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )

/** The port of a server. */
export const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}
