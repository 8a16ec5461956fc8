/** A mirror on this machine that serves these paths. */
import { Effect, type Scope } from "effect"
import { serve } from "../serve.ts"

export interface Served {
  readonly text?: string
  readonly redirect?: string
  /** Replaces the answer, for misbehaving mirrors. */
  readonly answer?: (request: Request) => Response | Promise<Response>
}

/** Serves until the scope closes; returns the address without a final slash. Paths may be changed meanwhile. */
export const mirror = (paths: Readonly<Record<string, Served>>): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(
    serve((request) => {
      const served = paths[new URL(request.url).pathname]
      if (served?.answer !== undefined) return served.answer(request)
      if (served?.redirect !== undefined) return new Response(null, { status: 302, headers: { location: served.redirect } })
      return served?.text === undefined ? new Response("nothing here", { status: 404 }) : new Response(served.text)
    }),
    ({ url }) => url
  )
