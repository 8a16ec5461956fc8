/** A mirror on this machine that serves these paths. */
import { Effect, type Scope } from "effect"

export interface Served {
  readonly text?: string
  readonly redirect?: string
  /** Replaces the answer, for misbehaving mirrors. */
  readonly answer?: (request: Request) => Response | Promise<Response>
}

/** Serves until the scope closes; returns the address without a final slash. Paths may be changed meanwhile. */
export const mirror = (paths: Readonly<Record<string, Served>>): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() =>
      Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: (request) => {
          const served = paths[new URL(request.url).pathname]
          if (served?.answer !== undefined) return served.answer(request)
          if (served?.redirect !== undefined) return new Response(null, { status: 302, headers: { location: served.redirect } })
          return served?.text === undefined ? new Response("nothing here", { status: 404 }) : new Response(served.text)
        }
      })
    ),
    (server) => Effect.promise(() => server.stop(true))
  ).pipe(Effect.map(({ port }) => `http://127.0.0.1:${port}`))
