/** A TCP proxy that can stop forwarding while every connection stays open, so both sides see a half-open connection. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { Effect, type Scope } from "effect"

export interface Proxy {
  readonly endpoint: string
  /** Stops forwarding on all existing and new connections. */
  readonly freeze: () => void
  /** Forwards new connections again. Frozen ones stay frozen, as after a router failure. */
  readonly thaw: () => void
  /** Closes every connection, as a restarting node does. */
  readonly cut: () => void
}

/** Starts a proxy in front of a local server. Closing the scope stops it. */
export const startProxy = (target: string): Effect.Effect<Proxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    let frozen = false
    const sockets = new Set<Socket>()
    const dead = new WeakSet<Socket>()
    const server = createServer((client) => {
      const upstream = connect(Number(new URL(target).port), "127.0.0.1")
      const passes = () => !frozen && !dead.has(client)
      for (const socket of [client, upstream]) {
        sockets.add(socket)
        socket.on("error", () => {})
      }
      if (frozen) dead.add(client)
      client.on("data", (bytes) => void (passes() && upstream.write(bytes)))
      upstream.on("data", (bytes) => void (passes() && client.write(bytes)))
      client.on("close", () => void (passes() && upstream.destroy()))
      upstream.on("close", () => void (passes() && client.destroy()))
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
      () =>
        Effect.sync(() => {
          server.close()
          for (const socket of sockets) socket.destroy()
        })
    )
    return {
      // A listening TCP server's address is always an AddressInfo.
      endpoint: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      freeze: () => {
        frozen = true
        for (const socket of sockets) dead.add(socket)
      },
      thaw: () => {
        frozen = false
      },
      cut: () => {
        for (const socket of sockets) socket.destroy()
      }
    }
  })
