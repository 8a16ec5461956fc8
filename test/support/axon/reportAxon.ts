/** An axon played by a test: it serves texts by path, as reports or anything else. */
import { Effect } from "effect"

/** Listens on its own port until the scope closes. The texts may change at any time; other paths are answered with 404. */
export const startReportAxon = Effect.gen(function* () {
  const served = new Map<string, string>()
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: ({ url }) => {
          const text = served.get(new URL(url).pathname)
          return text === undefined ? new Response("", { status: 404 }) : new Response(text)
        }
      })
    ),
    (server) => Effect.promise(() => server.stop(true))
  )
  return { served, port: server.port ?? 0 }
})
