import { connect, type Socket } from "node:net"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServer from "@effect/platform/HttpServer"
import { Effect, type Scope } from "effect"
import * as Listener from "../../../src/layers/machine/http/Listener.ts"

/** Serves an app on its own listener and returns the port. */
export const listen = <E>(app: HttpApp.Default<E>, options: Partial<Listener.ListenerOptions> = {}) =>
  Effect.gen(function* () {
    const server = yield* Listener.make({ hostname: "127.0.0.1", port: 0, name: "the test's server", ...options })
    yield* HttpServer.serveEffect(app).pipe(Effect.provideService(HttpServer.HttpServer, server))
    return server.address._tag === "TcpAddress" ? server.address.port : 0
  })

export interface Client {
  readonly socket: Socket
  readonly received: () => string
  readonly isOpen: () => boolean
  /** When the other side closed the connection, in ms of the monotonic clock. */
  readonly closed: Promise<number>
}

/** Opens a connection that sends `first` and collects what it receives, until the scope closes. */
export const client = (port: number, first: string | Uint8Array = "", from = "127.0.0.1"): Effect.Effect<Client, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Client>((resume) => {
      let received = ""
      let isOpen = true
      const socket = connect({ port, host: "127.0.0.1", localAddress: from })
      const closed = new Promise<number>((resolve) =>
        socket.once("close", () => {
          isOpen = false
          resolve(performance.now())
        })
      )
      const made = { socket, received: () => received, isOpen: () => isOpen, closed }
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1")
      })
      socket.on("error", () => {
        socket.destroy()
        resume(Effect.succeed(made))
      })
      socket.once("connect", () => {
        if (first.length > 0) socket.write(first)
        resume(Effect.succeed(made))
      })
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )
