/** An axon played by a test: it serves texts by path, as reports or anything else. */
import { Effect } from "effect"
import { serve } from "../serve.ts"

/** Listens on its own port until the scope closes. The texts may change at any time; other paths are answered with 404. */
export const startReportAxon = Effect.gen(function* () {
  const served = new Map<string, string>()
  const { port } = yield* serve(({ url }) => {
    const text = served.get(new URL(url).pathname)
    return text === undefined ? new Response("", { status: 404 }) : new Response(text)
  })
  return { served, port }
})
