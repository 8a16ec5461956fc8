/** A peer that accepts every connection and never answers, as a validator behind a broken firewall or with a hung process. */
import type { Socket } from "node:net"
import { Effect, type Scope } from "effect"
import { listen } from "../serve.ts"

export interface SilentPeer {
  readonly port: number
  /** Connections that wait for an answer now. */
  readonly waiting: ReadonlySet<Socket>
}

/** Closing the scope stops it. */
export const startSilentPeer: Effect.Effect<SilentPeer, never, Scope.Scope> = Effect.gen(function* () {
  const waiting = new Set<Socket>()
  const port = yield* listen((client) => {
    client.on("data", () => void waiting.add(client))
    client.on("close", () => void waiting.delete(client))
  })
  return { port, waiting }
})
