/** REST operations on accounts, gists and organization members. */
import { HttpRouter, HttpServerRequest } from "@effect/platform"
import { Effect, HashMap, Option, Ref, Schema } from "effect"
import { behaviours } from "../../behaviours.ts"
import { EngineTag, view } from "../Engine.ts"
import { createGist } from "../state/accounts.ts"
import * as State from "../state/State.ts"
import { gistBody, publicUserBody, userById } from "./accountBodies.ts"
import { type Handler, invalid, json, notFound, orNotFound, page, signedIn } from "./request.ts"

behaviours({
  what: "A hidden membership of an organization shows as MEMBER to its members only. So the answer depends on the token.",
  sources: ["https://github.com/actions/github-script/issues/643", "https://github.com/actions/github-script/issues/365"],
  switch: "changeRepository, with privateMembers",
  test: "test/http/github/viewers.test.ts"
})

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

export const gist: Handler = Effect.gen(function* () {
  const shown = yield* view(yield* EngineTag)
  const { id } = yield* HttpRouter.params
  return json(gistBody(shown, yield* orNotFound(HashMap.get(shown.state.gists, id ?? ""))))
})

export const publicMembers: Handler = Effect.gen(function* () {
  const engine = yield* EngineTag
  const shown = yield* view(engine)
  const params = yield* HttpRouter.params
  const owner = yield* orNotFound(State.accountByLogin(shown.state, params.organization ?? ""))
  if (owner.kind !== "Organization") return yield* Effect.fail(notFound)
  const repositories = Array.from(HashMap.values(shown.state.repositories)).filter(({ ownerId }) => ownerId === owner.id)
  const members = new Set(repositories.flatMap((one) => (one.members ?? []).filter((id) => State.isPublicMember(one, id))))
  return yield* page(
    engine,
    [...members].toSorted((a, b) => a - b).map((id) => userById(shown, id)),
    30
  )
})
