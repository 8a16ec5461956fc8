/**
 * Answers of api.github.com as recorded by @octokit/fixtures, and a server that replays them. The package's own server does not run under Bun, and
 * requires the recording's token, order and page size.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Effect, Schema } from "effect"
import { serve } from "../serve.ts"

const Recording = Schema.Struct({
  method: Schema.String,
  path: Schema.String,
  status: Schema.Int,
  response: Schema.Unknown,
  rawHeaders: Schema.Array(Schema.String)
})

const Scenario = Schema.parseJson(Schema.Array(Recording))

const ORIGIN = "https://api.github.com"

export interface Recorded {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly body: unknown
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
}

/** A scenario's requests and answers, as they were on the wire. */
export const recordings = (scenario: string): ReadonlyArray<Recorded> => {
  const file = createRequire(import.meta.url).resolve(`@octokit/fixtures/scenarios/api.github.com/${scenario}/raw-fixture.json`)
  return Schema.decodeUnknownSync(Scenario)(readFileSync(file, "utf8")).map(({ method, path, status, response, rawHeaders }) => ({
    method: method.toUpperCase(),
    path,
    status,
    body: response,
    headers: Object.fromEntries(
      rawHeaders.flatMap((name, place) => (place % 2 === 0 ? [[name.toLowerCase(), rawHeaders[place + 1] ?? ""]] : []))
    )
  }))
}

/** Headers of the recorded connection rather than of the answer. */
const OF_THE_CONNECTION = new Set(["connection", "content-encoding", "content-length", "date", "transfer-encoding"])

const Created = Schema.Struct({ id: Schema.Int, full_name: Schema.String })

/**
 * Replays a scenario until the scope ends. An answer is found by method, path and page. GitHub serves a repository by its name and by its id; Link
 * headers contain the id. A request without a recording is answered with 501.
 */
export const replay = (scenario: string) =>
  Effect.gen(function* () {
    const all = recordings(scenario)
    const names = new Map<string, string>(
      all.flatMap(({ body }) => (Schema.is(Created)(body) ? [[`/repos/${body.full_name}`, `/repositories/${body.id}`]] : []))
    )
    const keyOf = (method: string, address: string) => {
      const { pathname, searchParams } = new URL(address, ORIGIN)
      const name = /^\/repos\/[^/]+\/[^/]+/.exec(pathname)?.[0] ?? ""
      // A repository itself is requested by name or by id, and a former name is redirected. The lists inside it are the same under both paths.
      const path = pathname === name ? name : pathname.replace(name, names.get(name) ?? name)
      return `${method} ${path} ${searchParams.get("page") ?? "1"}`
    }
    const answers = new Map(all.map((one) => [keyOf(one.method, one.path), one] as const))
    const { url } = yield* serve(({ method, url }) => {
      const found = answers.get(keyOf(method, url))
      if (found === undefined) return Response.json({ message: `not recorded: ${method} ${url}` }, { status: 501 })
      const here = (text: string) => text.replaceAll(ORIGIN, new URL(url).origin)
      const headers = Object.entries(found.headers).flatMap(
        ([name, value]): Array<[string, string]> => (OF_THE_CONNECTION.has(name) ? [] : [[name, here(value)]])
      )
      const body = typeof found.body === "string" ? found.body : JSON.stringify(found.body)
      return new Response(found.status === 204 ? null : here(body), { status: found.status, headers })
    })
    return { url, recordings: all }
  })
