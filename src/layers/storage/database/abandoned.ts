/**
 * Handles statements whose fiber was interrupted (Effect-TS/effect#8068). The SQL client would cancel the backend over another connection, by when it may run the next
 * caller's statement. Instead, the connection stays reserved until the statement is answered, and is closed if that takes too long. A server that
 * checks for its clients (`client_connection_check_interval`) then stops the statement.
 */

import { Duration } from "effect"
import pg from "pg"

/** One connection. */
export interface Session {
  readonly sent: () => void
  /** The statement was answered, or never will be. */
  readonly answered: () => void
  /** Whether it was closed because of an abandoned statement, whose transaction the server has rolled back. */
  readonly isAbandoned: () => boolean
}

/** The SQL client's cancel request to the pool, with the connection's number. */
const CANCEL_REQUEST = /^SELECT pg_cancel_backend\((-\d+)\)$/

export interface Sessions {
  /** Call once for each connection, before its first statement. */
  readonly opened: (client: pg.ClientBase) => Session
  /** Replaces the pool's handling of the SQL client's cancel requests. */
  readonly guard: (pool: pg.Pool) => void
}

/** The connections of one pool. `grace`: how long an abandoned statement may keep its connection. */
export const sessions = (grace: Duration.DurationInput): Sessions => {
  const abandon = new Map<number, (released: () => void) => void>()
  // Negative, so that it never names a process of the server.
  let latest = 0

  const opened = (client: pg.ClientBase): Session => {
    let running = 0
    let isAbandoned = false
    let whenIdle: ReadonlyArray<() => void> = []
    latest -= 1
    const number = latest
    Reflect.set(client, "processID", number)
    client.once("end", () => abandon.delete(number))
    abandon.set(number, (released) => {
      if (running === 0) return released()
      const late = setTimeout(() => {
        isAbandoned = true
        // The statement then ends with an error, and the pool drops the connection.
        if (client instanceof pg.Client) void client.end()
      }, Duration.toMillis(grace))
      whenIdle = [
        ...whenIdle,
        () => {
          clearTimeout(late)
          released()
        }
      ]
    })
    return {
      sent: () => {
        running += 1
      },
      answered: () => {
        running -= 1
        if (running > 0) return
        const waiting = whenIdle
        whenIdle = []
        for (const idle of waiting) idle()
      },
      isAbandoned: () => isAbandoned
    }
  }

  const guard = (pool: pg.Pool): void => {
    const query = pool.query
    Reflect.set(pool, "query", (...given: ReadonlyArray<unknown>): unknown => {
      const [text, released] = given
      const asked = typeof text === "string" ? CANCEL_REQUEST.exec(text)?.[1] : undefined
      if (asked === undefined || typeof released !== "function") return Reflect.apply(query, pool, given)
      const done = () => void Reflect.apply(released, undefined, [])
      const abandonIt = abandon.get(Number(asked))
      return abandonIt === undefined ? done() : abandonIt(done)
    })
  }

  return { opened, guard }
}
