/** REST operations on accounts, gists and organization members. */
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Effect, HashMap, Option, Ref, Schema } from "effect"
import { EngineTag, view } from "../Engine.ts"
import { createGist } from "../state/accounts.ts"
import * as State from "../state/State.ts"
import { gistBody, publicUserBody } from "./accountBodies.ts"
import { type Handler, invalid, json, notFound, orNotFound, page, signedIn } from "./request.ts"

export const account = (
  find: (state: State.State, params: Readonly<Record<string, string | undefined>>) => Option.Option<State.Account>
): Handler =>
  Effect.gen(function* () {
    const shown = yield* view(yield* EngineTag)
    const found = yield* orNotFound(
      Option.filter(find(shown.state, yield* HttpRouter.params), ({ deleted, flagged }) => deleted !== true && flagged !== true)
    )
    return json(publicUserBody(shown, found))
  })

export const viewer: Handler = Effect.gen(function* () {
  const caller = yield* signedIn
  const shown = yield* view(yield* EngineTag)
  return json(publicUserBody(shown, State.accountOf(shown.state, caller)))
})

const NewGist = Schema.Struct({
  description: Schema.optional(Schema.NullOr(Schema.String)),
  public: Schema.optional(Schema.Boolean),
  files: Schema.Record({ key: Schema.NonEmptyString, value: Schema.Struct({ content: Schema.NonEmptyString }) }).pipe(
    Schema.filter((files) => Object.keys(files).length > 0)
  )
})

export const postGist: Handler = Effect.gen(function* () {
  const ownerId = yield* signedIn
  const engine = yield* EngineTag
  const wanted = yield* Effect.mapError(HttpServerRequest.schemaBodyJson(NewGist), () => invalid("Gist", "files", "missing_field"))
  const contents = Object.fromEntries(Object.entries(wanted.files).map(([name, { content }]) => [name, content]))
  const now = yield* engine.now
  const gist = yield* Ref.modify(engine.state, (state) =>
    createGist(state, { ownerId, description: wanted.description ?? "", public: wanted.public ?? false, files: contents, at: now })
  )
  const body = gistBody(yield* view(engine), gist)
  return json(body, 201, { location: body.url })
})

export const listGists: Handler = Effect.gen(function* () {
  const caller = yield* signedIn
  const engine = yield* EngineTag
  const shown = yield* view(engine)
  const own = Array.from(HashMap.values(shown.state.gists)).filter((gist) => gist.ownerId === caller)
  return yield* page(
    engine,
    own.sort((a, b) => b.createdAt - a.createdAt).map((gist) => gistBody(shown, gist)),
    30
  )
})

export const gist: Handler = Effect.gen(function* () {
  const shown = yield* view(yield* EngineTag)
  const { id } = yield* HttpRouter.params
  // A secret gist is not listed, but anyone who knows its id may read it.
  return json(gistBody(shown, yield* orNotFound(HashMap.get(shown.state.gists, id ?? ""))))
})

/** 204 means yes. All members of the stand-in's organizations are public. */
export const publicMember: Handler = Effect.gen(function* () {
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
