/** A peer that accepts every connection and never answers, as a validator behind a broken firewall or with a hung process. */
import { type AddressInfo, createServer, type Socket } from "node:net"
import { Effect, type Scope } from "effect"

export interface SilentPeer {
  readonly port: number
  /** Connections that wait for an answer now. */
  readonly waiting: ReadonlySet<Socket>
}

/** Closing the scope stops it. */
export const startSilentPeer: Effect.Effect<SilentPeer, never, Scope.Scope> = Effect.gen(function* () {
  const sockets = new Set<Socket>()
  const waiting = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client)
    client.on("error", () => {})
    client.on("data", () => void waiting.add(client))
    client.on("close", () => {
      sockets.delete(client)
      waiting.delete(client)
    })
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  )
  // A listening TCP server's address is always an AddressInfo.
  return { port: (server.address() as AddressInfo).port, waiting }
})
