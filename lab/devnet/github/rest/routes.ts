/** The routes of the REST operations. */
import { HttpRouter } from "@effect/platform"
import { Effect, HashMap, Ref } from "effect"
import { EngineTag } from "../Engine.ts"
import * as Limits from "../server/rateLimits.ts"
import * as State from "../state/State.ts"
import { API_VERSIONS, ApiVersion } from "./ApiVersion.ts"
import { account, gist, postGist, publicMembers, viewer } from "./accountRoutes.ts"
import { Caller } from "./Caller.ts"
import { ofRepository } from "./repositoryRoutes.ts"
import { type Handler, json } from "./request.ts"

const rateLimit: Handler = Effect.gen(function* () {
  const engine = yield* EngineTag
  const caller = yield* Caller
  const limits = yield* Ref.get(engine.limits)
  const now = Date.now()
  const [core, graphql] = (["core", "graphql"] as const).map((resource) => {
    const { limit, used, remaining, resetAt } = Limits.statusOf(limits, caller, resource, now)
    return { limit, used, remaining, reset: Math.ceil(resetAt / 1000), resource }
  })
  const search = { limit: 30, used: 0, remaining: 30, reset: Math.ceil(now / 1000) + 60, resource: "search" }
  const resources = { core, graphql, search }
  return json((yield* ApiVersion) === API_VERSIONS[0] ? { resources, rate: core } : { resources })
})

/** Every REST path of the stand-in. Fails with RouteNotFound for others. */
export const routes = HttpRouter.empty.pipe(
  HttpRouter.concat(HttpRouter.prefixAll(ofRepository, "/repos/:owner/:repo")),
  HttpRouter.concat(HttpRouter.prefixAll(ofRepository, "/repositories/:repositoryId")),
  HttpRouter.get("/users/:login", Effect.merge(account((state, params) => State.accountByLogin(state, params.login ?? "")))),
  HttpRouter.get("/user/:id", Effect.merge(account((state, params) => HashMap.get(state.accounts, Number(params.id))))),
  HttpRouter.get("/orgs/:organization/public_members", Effect.merge(publicMembers)),
  HttpRouter.get("/user", Effect.merge(viewer)),
  HttpRouter.post("/gists", Effect.merge(postGist)),
  HttpRouter.get("/gists/:id", Effect.merge(gist)),
  HttpRouter.get("/rate_limit", Effect.merge(rateLimit))
)
