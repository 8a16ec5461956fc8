/**
 * The REST operations of the stand-in: those of GitHub's that the program uses, read from the state.
 */
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Context, Effect, HashMap, Option, Ref, Schema } from "effect"
import * as bodies from "./bodies.ts"
import { type Engine, EngineTag, view } from "./Engine.ts"
import { createGist } from "./gists.ts"
import * as items from "./itemBodies.ts"
import * as Limits from "./limits.ts"
import * as State from "./State.ts"
import { blobByOid, endsOf } from "./trees.ts"

/** The account whose token came with the request, or null. */
export class Caller extends Context.Tag("gittensor/GitHubStandIn/Caller")<Caller, Limits.Caller>() {}

type Response = HttpServerResponse.HttpServerResponse
type Handler = Effect.Effect<Response, Response, EngineTag | Caller | HttpServerRequest.HttpServerRequest | HttpRouter.RouteContext>

const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  HttpServerResponse.unsafeJson(body, { status, headers, contentType: "application/json; charset=utf-8" })

export const problem = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response =>
  json({ message, documentation_url: "https://docs.github.com/rest", status: String(status) }, status, headers)

const notFound = problem(404, "Not Found")

const orNotFound = <A>(option: Option.Option<A>): Effect.Effect<A, Response> => Effect.mapError(option, () => notFound)

const number = (text: string | undefined): Effect.Effect<number, Response> =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Effect.succeed(Number(text)) : Effect.fail(notFound)

const moved = (url: string) =>
  json(
    {
      message: "Moved Permanently",
      url,
      documentation_url: "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"
    },
    301,
    {
      location: url
    }
  )

/**
 * The repository of the request, where the caller may see it. One asked for by a former name is answered with 301 to its place by id, where the
 * same paths are served.
 */
const repository = Effect.gen(function* () {
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
    // `url` lacks the prefix that the router matched; the original has all of it.
    const { pathname, search } = new URL(request.originalUrl, engine.base)
    const rest = `${pathname}${search}`.slice(`/repos/${name}`.length)
    return yield* Effect.fail(moved(`${engine.base}/repositories/${found.id}${rest}`))
  }
  return { view: shown, repository: found, params, engine }
})

/** An issue of the request's repository, or how GitHub says that it is not there. */
const issue = Effect.gen(function* () {
  const at = yield* repository
  const item = yield* orNotFound(HashMap.get(at.repository.items, yield* number(at.params.number)))
  if (item._tag === "PullRequest" || item.gone === null) return { ...at, item }
  if (item.gone._tag === "Deleted") return yield* Effect.fail(problem(410, "This issue was deleted"))
  const to = yield* orNotFound(State.repositoryById(at.view.state, item.gone.repositoryId))
  if (!State.maySee(to, yield* Caller)) return yield* Effect.fail(notFound)
  return yield* Effect.fail(moved(`${at.engine.base}/repositories/${to.id}/issues/${item.gone.number}`))
})

const pullRequest = Effect.gen(function* () {
  const at = yield* repository
  const item = yield* orNotFound(State.pullRequestOf(at.repository, yield* number(at.params.number)))
  return { ...at, item }
})

/** One page of a list, with GitHub's Link header. */
const page = Effect.fn("GitHubStandIn.page")(function* (engine: Engine, all: ReadonlyArray<unknown>, fallback: number) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const { pathname, search } = new URL(request.originalUrl, engine.base)
  const url = new URL(`${pathname}${search}`, engine.base)
  const whole = (name: string, otherwise: number) => {
    const value = Number(url.searchParams.get(name) ?? otherwise)
    return Number.isInteger(value) && value > 0 ? value : otherwise
  }
  const size = Math.min(100, whole("per_page", fallback))
  const current = whole("page", 1)
  const last = Math.max(1, Math.ceil(all.length / size))
  const link = (to: number, relation: string) => {
    url.searchParams.set("page", String(to))
    return `<${url.href}>; rel="${relation}"`
  }
  const links = [
    ...(current > 1 ? [link(Math.min(current - 1, last), "prev")] : []),
    ...(current < last ? [link(current + 1, "next"), link(last, "last")] : []),
    ...(current > 1 ? [link(1, "first")] : [])
  ]
  return json(all.slice((current - 1) * size, current * size), 200, links.length === 0 ? {} : { link: links.join(", ") })
})

const listIssues: Handler = Effect.gen(function* () {
  const at = yield* repository
  const request = yield* HttpServerRequest.HttpServerRequest
  const query = new URL(request.url, at.engine.base).searchParams
  const state = query.get("state") ?? "open"
  const creator = query.get("creator")
  const since = Date.parse(query.get("since") ?? "1970-01-01T00:00:00Z")
  const creatorId = creator === null ? undefined : (Option.getOrUndefined(State.accountByLogin(at.view.state, creator))?.id ?? -1)
  const direction = query.get("direction") === "asc" ? 1 : -1
  const found = Array.from(HashMap.values(at.repository.items))
    .filter((item) => item._tag === "PullRequest" || item.gone === null)
    .filter((item) => state === "all" || (item.closedAt === null) === (state === "open"))
    .filter((item) => creatorId === undefined || item.authorId === creatorId)
    .filter((item) => item.updatedAt >= since)
    .sort((a, b) => direction * (a.createdAt - b.createdAt || a.number - b.number))
  return yield* page(
    at.engine,
    found.map((item) => items.issue(at.view, at.repository, item)),
    30
  )
})

const timeline: Handler = Effect.gen(function* () {
  const { engine, view, repository, item } = yield* issue
  const events = item._tag === "Issue" ? item.events.map((event) => items.timelineEvent(view, repository, item, event)) : []
  return yield* page(engine, events, 30)
})

const files: Handler = Effect.gen(function* () {
  const { engine, view, repository, item } = yield* pullRequest
  // GitHub lists the first 3,000 files of a pull request.
  return yield* page(engine, items.changedFiles(view, repository, item).slice(0, 3000), 30)
})

const commit: Handler = Effect.gen(function* () {
  const { view, repository: found, params } = yield* repository
  const sha = params.sha ?? ""
  const commits = found.commits.filter((commit) => commit.sha === sha || (sha.length >= 7 && commit.sha.startsWith(sha)))
  const item = sha === found.defaultBranch ? found.commits.at(-1) : commits.length === 1 ? commits[0] : undefined
  if (item === undefined) return yield* Effect.fail(problem(422, `No commit found for SHA: ${sha}`))
  return json(items.commit(view, found, item))
})

/** Of two commits that are the ends of a pull request. */
const compare: Handler = Effect.gen(function* () {
  const { engine, view, repository: found, params } = yield* repository
  const [base, head] = decodeURIComponent(params.basehead ?? "").split("...")
  const number = Option.flatMap(Option.fromNullable(found.ends), (ends) => HashMap.get(ends, head ?? ""))
  const item = yield* orNotFound(Option.flatMap(number, (known) => State.pullRequestOf(found, known)))
  const ends = endsOf(found, item)
  if (ends.head !== head || (ends.base !== base && ends.mergeBase !== base)) return yield* Effect.fail(notFound)
  const request = yield* HttpServerRequest.HttpServerRequest
  const current = Number(new URL(request.url, engine.base).searchParams.get("page") ?? 1)
  return json(items.comparison(view, found, item, current))
})

const blob: Handler = Effect.gen(function* () {
  const { view, repository: found, params } = yield* repository
  const { oid, bytes } = yield* orNotFound(Option.fromNullable(blobByOid(found, params.sha ?? "")))
  return json({
    sha: oid,
    node_id: bodies.nodeId("Blob", `${found.id}/${oid}`),
    size: bytes.length,
    url: `${bodies.apiOf(view, found)}/git/blobs/${oid}`,
    content: bytes.toString("base64").replace(/.{60}/g, "$&\n"),
    encoding: "base64"
  })
})

const ofRepository = HttpRouter.empty.pipe(
  HttpRouter.get("/", Effect.merge(Effect.map(repository, ({ view, repository }) => json(bodies.fullRepository(view, repository))))),
  HttpRouter.get("/issues", Effect.merge(listIssues)),
  HttpRouter.get(
    "/issues/:number",
    Effect.merge(Effect.map(issue, ({ view, repository, item }) => json(items.issue(view, repository, item))))
  ),
  HttpRouter.get("/issues/:number/timeline", Effect.merge(timeline)),
  HttpRouter.get(
    "/pulls/:number",
    Effect.merge(Effect.map(pullRequest, ({ view, repository, item }) => json(items.pullRequest(view, repository, item))))
  ),
  HttpRouter.get("/pulls/:number/files", Effect.merge(files)),
  HttpRouter.get("/commits/:sha", Effect.merge(commit)),
  HttpRouter.get("/compare/:basehead", Effect.merge(compare)),
  HttpRouter.get("/git/blobs/:sha", Effect.merge(blob))
)

const account = (
  find: (state: State.State, params: Readonly<Record<string, string | undefined>>) => Option.Option<State.Account>
): Handler =>
  Effect.gen(function* () {
    const shown = yield* view(yield* EngineTag)
    const found = yield* orNotFound(Option.filter(find(shown.state, yield* HttpRouter.params), ({ deleted }) => deleted !== true))
    return json(bodies.publicUser(shown, found))
  })

const signedIn = Effect.gen(function* () {
  const caller = yield* Caller
  return caller === null ? yield* Effect.fail(problem(401, "Requires authentication")) : caller
})

const viewer: Handler = Effect.gen(function* () {
  const caller = yield* signedIn
  const shown = yield* view(yield* EngineTag)
  return json(bodies.publicUser(shown, State.accountOf(shown.state, caller)))
})

const NewGist = Schema.Struct({
  description: Schema.optional(Schema.NullOr(Schema.String)),
  public: Schema.optional(Schema.Boolean),
  files: Schema.Record({ key: Schema.NonEmptyString, value: Schema.Struct({ content: Schema.NonEmptyString }) }).pipe(
    Schema.filter((files) => Object.keys(files).length > 0)
  )
})

const postGist: Handler = Effect.gen(function* () {
  const ownerId = yield* signedIn
  const engine = yield* EngineTag
  const wanted = yield* Effect.mapError(HttpServerRequest.schemaBodyJson(NewGist), () => problem(422, "Validation Failed"))
  const contents = Object.fromEntries(Object.entries(wanted.files).map(([name, { content }]) => [name, content]))
  const now = yield* engine.now
  const gist = yield* Ref.modify(engine.state, (state) =>
    createGist(state, { ownerId, description: wanted.description ?? "", public: wanted.public ?? false, files: contents, at: now })
  )
  const body = items.gist(yield* view(engine), gist)
  return json(body, 201, { location: body.url })
})

const listGists: Handler = Effect.gen(function* () {
  const caller = yield* signedIn
  const engine = yield* EngineTag
  const shown = yield* view(engine)
  const own = Array.from(HashMap.values(shown.state.gists)).filter((gist) => gist.ownerId === caller)
  return yield* page(
    engine,
    own.sort((a, b) => b.createdAt - a.createdAt).map((gist) => items.gist(shown, gist)),
    30
  )
})

const gist: Handler = Effect.gen(function* () {
  const shown = yield* view(yield* EngineTag)
  const { id } = yield* HttpRouter.params
  // A secret gist is not listed, but whoever knows its id may read it.
  return json(items.gist(shown, yield* orNotFound(HashMap.get(shown.state.gists, id ?? ""))))
})

/** 204 says yes. Every member of the stand-in's organizations shows it. */
const publicMember: Handler = Effect.gen(function* () {
  const { state } = yield* view(yield* EngineTag)
  const params = yield* HttpRouter.params
  const [organization, account] = [params.organization, params.login].map((login) => State.accountByLogin(state, login ?? ""))
  const owner = yield* orNotFound(Option.flatten(Option.fromNullable(organization)))
  const member = yield* orNotFound(Option.flatten(Option.fromNullable(account)))
  const isMember = Array.from(HashMap.values(state.repositories)).some(
    ({ ownerId, members = [] }) => ownerId === owner.id && members.includes(member.id)
  )
  return isMember ? HttpServerResponse.empty({ status: 204 }) : yield* Effect.fail(notFound)
})

const rateLimit: Handler = Effect.gen(function* () {
  const engine = yield* EngineTag
  const caller = yield* Caller
  const limits = yield* Ref.get(engine.limits)
  const now = Date.now()
  const [core, graphql] = (["core", "graphql"] as const).map((resource) => {
    const { limit, used, remaining, resetAt } = Limits.standing(limits, caller, resource, now)
    return { limit, used, remaining, reset: Math.ceil(resetAt / 1000), resource }
  })
  const search = { limit: 30, used: 0, remaining: 30, reset: Math.ceil(now / 1000) + 60, resource: "search" }
  return json({ resources: { core, graphql, search }, rate: core })
})

/** Every REST path of the stand-in. Fails with RouteNotFound for others. */
export const routes = HttpRouter.empty.pipe(
  HttpRouter.concat(HttpRouter.prefixAll(ofRepository, "/repos/:owner/:repo")),
  HttpRouter.concat(HttpRouter.prefixAll(ofRepository, "/repositories/:repositoryId")),
  HttpRouter.get("/users/:login", Effect.merge(account((state, params) => State.accountByLogin(state, params.login ?? "")))),
  HttpRouter.get("/user/:id", Effect.merge(account((state, params) => HashMap.get(state.accounts, Number(params.id))))),
  HttpRouter.get("/orgs/:organization/public_members/:login", Effect.merge(publicMember)),
  HttpRouter.get("/user", Effect.merge(viewer)),
  HttpRouter.get("/gists", Effect.merge(listGists)),
  HttpRouter.post("/gists", Effect.merge(postGist)),
  HttpRouter.get("/gists/:id", Effect.merge(gist)),
  HttpRouter.get("/rate_limit", Effect.merge(rateLimit))
)
