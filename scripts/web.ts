/**
 * `npm run web`: the page for its developers. Each time the browser loads a view, the page is bundled from its sources. Without GITTENSOR_API it stands in
 * front of servers of its own, with a state of the page at each address that /states lists; otherwise in front of that `gittensor serve`.
 */
import { Effect } from "effect"
import { HEAD } from "../test/support/api/seed.ts"
import { serve } from "../test/support/api/serving.ts"
import { anyDatabase } from "../test/support/database/support.ts"
import { DETAILS, LISTS, RARE, rareStates, USUAL } from "../test/support/web/states.ts"
import { bundle } from "../web/bundle.ts"

const PORT = 5173

type Api = (request: Request, address: string) => Promise<Response>

const addressOf = (port: number) => `http://127.0.0.1:${port}`

const behind =
  (url: string): Api =>
  ({ headers, signal }, address) =>
    fetch(url + address, { headers, signal, decompress: false })

let { files } = await bundle({ isReadable: true })

/** Serves the page in front of an API, as the API's server does, without its content security policy and its tags in the head. */
const show = (port: number, api: Api, states?: string): void => {
  const fetched = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    if (pathname === "/states" && states !== undefined)
      return new Response(states, { headers: { "content-type": "text/html; charset=utf-8" } })
    const isView = request.headers.get("sec-fetch-dest") === "document"
    if (isView) {
      try {
        files = { ...files, ...(await bundle({ isReadable: true })).files }
      } catch (error) {
        return new Response(Bun.inspect(error), { status: 500 })
      }
    }
    const path = isView ? "/index.html" : pathname
    const content = files[path]
    if (content !== undefined) return new Response(Buffer.from(content, "base64"), { headers: { "content-type": Bun.file(path).type } })
    return api(request, pathname + search)
  }
  Bun.serve({ port, hostname: "127.0.0.1", idleTimeout: 0, fetch: fetched })
}

const never = new Promise<never>(() => undefined)
const isAsked = (address: string) => address.startsWith("/v1/") && !address.startsWith("/v1/stream")

/** Servers in which all views have the same state: what it is, and the API. */
const seeded = Effect.gen(function* () {
  const empty = yield* serve().pipe(Effect.provide(anyDatabase))
  yield* rareStates
  const url = yield* serve({ chainHead: HEAD + 3 })
  const late = yield* serve()
  const others: ReadonlyArray<readonly [what: string, api: Api]> = [
    ["nothing is indexed yet", behind(empty)],
    ["the index is behind", behind(late)],
    ["answers are on the way", (request, address) => (isAsked(address) ? never : behind(url)(request, address))],
    [
      "the server reports errors",
      async (request, address) =>
        isAsked(address)
          ? Response.json({ message: "the answer could not be made", details: [] }, { status: 500 })
          : behind(url)(request, address)
    ],
    ["the server is gone", async () => Response.error()]
  ]
  for (const [index, [, api]] of others.entries()) show(PORT + 1 + index, api)
  const listOf = (origin: string, states: ReadonlyArray<readonly [what: string, address: string]>) =>
    `<ul>${states.map(([what, address]) => `<li><a href="${origin}${address}">${what}</a></li>`).join("")}</ul>`
  const everywhere = [...LISTS, ...DETAILS].map((view) => [view, view] as const)
  const states = `<!doctype html><meta name="viewport" content="width=device-width"><title>States</title><style>:root{color-scheme:light dark;font:16px/1.6 sans-serif}</style>
<h1>States of the page</h1>${listOf("", Object.entries(RARE))}<h2>Usual ones</h2>${listOf("", Object.entries(USUAL))}${others
    .map(([what], index) => `<h2>All views: ${what}</h2>${listOf(addressOf(PORT + 1 + index), everywhere)}`)
    .join("")}`
  show(PORT, behind(url), states)
  console.log(`${addressOf(PORT)}, with samples: ${addressOf(PORT)}/states lists the states of the page`)
  return yield* Effect.never
})

const api = process.env.GITTENSOR_API
if (api === undefined) await Effect.runPromise(seeded.pipe(Effect.scoped, Effect.provide(anyDatabase)))
else {
  show(PORT, behind(api))
  console.log(`${addressOf(PORT)}, in front of ${api}`)
}
