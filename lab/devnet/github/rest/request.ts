/** How REST handlers read a request (caller, repository, item, page), and how they answer or refuse. */
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Effect, HashMap, type Option } from "effect"
import { behaviours } from "../../behaviours.ts"
import { type Engine, EngineTag, view } from "../Engine.ts"
import * as State from "../state/State.ts"
import { Caller } from "./Caller.ts"

type Response = HttpServerResponse.HttpServerResponse

export type Handler = Effect.Effect<Response, Response, EngineTag | HttpServerRequest.HttpServerRequest | HttpRouter.RouteContext>

export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  HttpServerResponse.unsafeJson(body, { status, headers, contentType: "application/json; charset=utf-8" })

/** GitHub's 422 for an invalid field of a request body. */
export const invalid = (resource: string, field: string, code: "missing_field" | "invalid"): Response =>
  json(
    { message: "Validation Failed", errors: [{ resource, code, field }], documentation_url: "https://docs.github.com/rest", status: "422" },
    422
  )

export const problem = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response =>
  json({ message, documentation_url: "https://docs.github.com/rest", status: String(status) }, status, headers)

export const notFound = problem(404, "Not Found")

export const orNotFound = <A>(option: Option.Option<A>): Effect.Effect<A, Response> => Effect.mapError(option, () => notFound)

const number = (text: string | undefined): Effect.Effect<number, Response> =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Effect.succeed(Number(text)) : Effect.fail(notFound)

export const redirectTo = (url: string, status: 301 | 307 = 301) =>
  json(
    {
      message: "Moved Permanently",
      url,
      documentation_url: "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"
    },
    status,
    {
      location: url
    }
  )

/** The request's repository, if the caller may see it. For a former name, the answer is a 301 to the path by id, which serves the same operations. */
export const repository = Effect.gen(function* () {
  const engine = yield* EngineTag
  const caller = yield* Caller
  const params = yield* HttpRouter.params
  const request = yield* HttpServerRequest.HttpServerRequest
  const shown = yield* view(engine)
  const name = `${params.owner}/${params.repo}`
  const found = yield* orNotFound(
    params.repositoryId === undefined
      ? State.repositoryByName(shown.state, name)
      : State.repositoryById(shown.state, yield* number(params.repositoryId))
  )
  if (!State.maySee(found, caller)) return yield* Effect.fail(notFound)
  if (params.repositoryId === undefined && State.fullName(shown.state, found).toLowerCase() !== name.toLowerCase()) {
    // `url` lacks the prefix that the router matched; `originalUrl` is complete.
    const { pathname, search } = new URL(request.originalUrl, engine.base)
    const rest = `${pathname}${search}`.slice(`/repos/${name}`.length)
    return yield* Effect.fail(redirectTo(`${engine.base}/repositories/${found.id}${rest}`, request.method === "GET" ? 301 : 307))
  }
  return { view: shown, repository: found, params, engine }
})

/** An issue of the request's repository, or GitHub's answer for a deleted or transferred one. */
export const issue = Effect.gen(function* () {
  const at = yield* repository
  const item = yield* orNotFound(HashMap.get(at.repository.items, yield* number(at.params.number)))
  if (item._tag === "PullRequest" || item.gone === null) return { ...at, item }
  if (item.gone._tag === "Deleted") return yield* Effect.fail(problem(410, "This issue was deleted"))
  const to = yield* orNotFound(State.repositoryById(at.view.state, item.gone.repositoryId))
  if (!State.maySee(to, yield* Caller)) return yield* Effect.fail(notFound)
  return yield* Effect.fail(redirectTo(`${at.engine.base}/repositories/${to.id}/issues/${item.gone.number}`))
})

export const pullRequest = Effect.gen(function* () {
  const at = yield* repository
  const item = yield* orNotFound(State.pullRequestOf(at.repository, yield* number(at.params.number)))
  return { ...at, item }
})

/** Cursor pagination of a list: a cursor names the entry at an index, and the page begins after the requested cursor. */
interface Cursors {
  readonly isAsked: boolean
  readonly at: (index: number) => string
}

export const pageAsked = Effect.fn("GitHubStandIn.pageAsked")(function* (engine: Engine, fallback: number) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const query = new URL(request.originalUrl, engine.base).searchParams
  const whole = (name: string, otherwise: number) => {
    const value = Number(query.get(name) ?? otherwise)
    return Number.isInteger(value) && value > 0 ? value : otherwise
  }
  return { page: whole("page", 1), size: Math.min(Math.max(100, fallback), whole("per_page", fallback)) }
})

/** The request's URL for links. GitHub's links name the repository's id, whichever name was requested. */
const linked = (engine: Engine, within: State.Repository | undefined) =>
  Effect.map(HttpServerRequest.HttpServerRequest, (request) => {
    const { pathname, search } = new URL(request.originalUrl, engine.base)
    const path = within === undefined ? pathname : pathname.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${within.id}`)
    return new URL(`${path}${search}`, engine.base)
  })

/** GitHub's Link header for a page of a list by page number. `count`: all entries of the list. */
export const linkTo = Effect.fn("GitHubStandIn.linkTo")(function* (
  engine: Engine,
  within: State.Repository | undefined,
  { page: current, size }: { readonly page: number; readonly size: number },
  count: number
) {
  const url = yield* linked(engine, within)
  const last = Math.max(1, Math.ceil(count / size))
  const link = (to: number, relation: string) => {
    url.searchParams.set("page", String(to))
    return `<${url.href}>; rel="${relation}"`
  }
  const links = [
    ...(current > 1 ? [link(Math.min(current - 1, last), "prev")] : []),
    ...(current < last ? [link(current + 1, "next"), link(last, "last")] : []),
    ...(current > 1 ? [link(1, "first")] : [])
  ]
  return links.length === 0 ? {} : { link: links.join(", ") }
})

/** One page of a list with GitHub's Link header. `within`: the repository of the list. */
export const page = Effect.fn("GitHubStandIn.page")(function* (
  engine: Engine,
  all: ReadonlyArray<unknown>,
  fallback: number,
  within?: State.Repository,
  cursors?: Cursors
) {
  const asked = yield* pageAsked(engine, fallback)
  const { page: current, size } = asked
  if (cursors === undefined)
    return json(all.slice((current - 1) * size, current * size), 200, yield* linkTo(engine, within, asked, all.length))
  // Links with cursors have page numbers too, but no last page.
  const from = cursors.isAsked ? 0 : (current - 1) * size
  const shown = all.slice(from, from + size)
  if (from + size >= all.length) return json(shown)
  const url = yield* linked(engine, within)
  url.searchParams.set("page", String(current + 1))
  url.searchParams.set("after", cursors.at(from + size - 1))
  return json(shown, 200, { link: `<${url.href}>; rel="next"` })
})

export const signedIn = Effect.gen(function* () {
  const caller = yield* Caller
  return caller === null ? yield* Effect.fail(problem(401, "Requires authentication")) : caller
})

behaviours(
  {
    what: "A renamed or transferred repository redirects (301) to its address by id.",
    sources: ["https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects"],
    test: "test/http/github/contributions.test.ts"
  },
  {
    what: "A deleted issue answers 410. One that never existed answers 404.",
    sources: ["https://docs.github.com/en/rest/issues/issues#get-an-issue"],
    test: "test/http/github/evidence.test.ts"
  }
)
