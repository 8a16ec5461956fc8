/**
 * What becomes of a statement whose fiber was interrupted. The SQL client has the server's process cancelled, by another connection of the pool; the server
 * cancels whatever that process does by then, which may be the next caller's statement. Here nobody's process is cancelled: the connection is kept until the
 * statement is answered, and is closed when that takes too long; a server that looks for its clients (`client_connection_check_interval`) stops the statement.
 */

import { Duration } from "effect"
import pg from "pg"

/** One connection, as the SQL client and pg see it. */
export interface Session {
  /** A statement was sent. */
  readonly sent: () => void
  /** It was answered, or never will be. */
  readonly answered: () => void
  /** Whether it was closed for the sake of an abandoned statement: the server has rolled its transaction back. */
  readonly isAbandoned: () => boolean
}

/** What the SQL client asks of the pool, with the number it knows the connection by. */
const CANCEL = /^SELECT pg_cancel_backend\((-\d+)\)$/

export interface Sessions {
  /** To be called once for each connection, before its first statement is asked. */
  readonly opened: (client: pg.ClientBase) => Session
  /** Takes over the pool's answer to the SQL client's wish to cancel. */
  readonly guard: (pool: pg.Pool) => void
}

/** The connections of one pool. `grace`: how long an abandoned statement may keep its connection. */
export const sessions = (grace: Duration.DurationInput): Sessions => {
  const abandon = new Map<number, (released: () => void) => void>()
  // Negative, so that it is no process of the server, whoever is asked to cancel it.
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
        // Its statement is answered by an error then, and the pool lets it go.
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
      const asked = typeof text === "string" ? CANCEL.exec(text)?.[1] : undefined
      if (asked === undefined || typeof released !== "function") return Reflect.apply(query, pool, given)
      const done = () => void Reflect.apply(released, undefined, [])
      const abandonIt = abandon.get(Number(asked))
      return abandonIt === undefined ? done() : abandonIt(done)
    })
  }

  return { opened, guard }
}
