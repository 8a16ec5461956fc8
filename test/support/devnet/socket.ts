/** A bare WebSocket to the node, for tests of what is on the wire. */
import { Effect, type Scope } from "effect"

export interface Socket {
  readonly send: (message: unknown) => void
  /** The next message from the node; fails after 5 s. */
  readonly next: Effect.Effect<Record<string, unknown>>
  readonly closed: Effect.Effect<number>
  readonly socket: WebSocket
}

/** Opens a WebSocket, closed with the scope. */
export const open = (endpoint: string): Effect.Effect<Socket, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Socket>((resume) => {
      const socket = new WebSocket(endpoint)
      const waiting: Array<(message: Record<string, unknown>) => void> = []
      const arrived: Array<Record<string, unknown>> = []
      const closing = Promise.withResolvers<number>()
      socket.onmessage = ({ data }) => {
        const message: Record<string, unknown> = JSON.parse(String(data))
        const first = waiting.shift()
        if (first === undefined) arrived.push(message)
        else first(message)
      }
      socket.onclose = ({ code }) => closing.resolve(code)
      socket.onopen = () =>
        resume(
          Effect.succeed({
            socket,
            send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
            next: Effect.timeout(
              Effect.async<Record<string, unknown>>((done) => {
                const message = arrived.shift()
                if (message === undefined) waiting.push((later) => done(Effect.succeed(later)))
                else done(Effect.succeed(message))
              }),
              "1 minute"
            ).pipe(Effect.orDie),
            closed: Effect.promise(() => closing.promise)
          })
        )
    }),
    ({ socket }) => Effect.sync(() => socket.close())
  )

/** A JSON-RPC request with positional parameters. */
export const request = (id: unknown, method: string, ...params: ReadonlyArray<unknown>) => ({ jsonrpc: "2.0", id, method, params })
