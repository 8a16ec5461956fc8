/** Answers GraphQL queries: graphql-js executes them over the state with the schema in schema.ts. */
import { HashMap, Option } from "effect"
import { buildSchema, GraphQLError, graphql } from "graphql"
import * as State from "../state/State.ts"
import { fromNodeId, iso } from "../View.ts"
import { actor, actorById } from "./actor.ts"
import { type Context, failIfKept, notFound } from "./Context.ts"
import { issue, pullRequest, repository } from "./objects.ts"
import { SDL } from "./schema.ts"

const schema = buildSchema(SDL)

/** Repository and number of items by id, cached for each state. */
const placesById = new WeakMap<State.State["repositories"], ReadonlyMap<number, readonly [repository: number, number: number]>>()

const placeOf = ({ repositories }: State.State, id: number) => {
  const known = placesById.get(repositories)
  if (known !== undefined) return known.get(id)
  const places = new Map<number, readonly [number, number]>()
  for (const own of HashMap.values(repositories))
    for (const item of HashMap.values(own.items))
      if (item._tag === "PullRequest" || item.gone === null) places.set(item.id, [own.id, item.number])
  placesById.set(repositories, places)
  return places.get(id)
}

const itemNode = (context: Context, id: number): Option.Option<object> =>
  Option.gen(function* () {
    const [repositoryId, number] = yield* Option.fromNullable(placeOf(context.view.state, id))
    const of = yield* Option.filter(State.repositoryById(context.view.state, repositoryId), (found) =>
      State.maySee(found, context.view.caller)
    )
    failIfKept(context, of)
    const item = yield* HashMap.get(of.items, number)
    return item._tag === "Issue" ? issue(context, of, item) : pullRequest(context, of, item)
  })

const node = (context: Context, id: string) => {
  const missing = () => notFound(`a node with the global id of '${id}'`)
  const meant = fromNodeId(id)
  const { state } = context.view
  const found = (): Option.Option<object> => {
    switch (meant?.kind) {
      case "Repository":
        return State.repositoryById(state, Number(meant.id)).pipe(
          Option.filter((candidate) => State.maySee(candidate, context.view.caller)),
          Option.map((candidate) => repository(context, candidate))
        )
      case "User":
      case "Organization":
        return Option.map(HashMap.get(state.accounts, Number(meant.id)), (account) => actor(context, account))
      case "PullRequest":
      case "Issue":
        return itemNode(context, Number(meant.id))
      default:
        return Option.none()
    }
  }
  return Option.getOrThrowWith(found(), missing)
}

/** Each missing node becomes an error at its index. */
const nodes = (context: Context, ids: ReadonlyArray<string>) =>
  ids.map((id) => {
    try {
      return node(context, id)
    } catch (error) {
      return error instanceof GraphQLError ? error : null
    }
  })

const root = (context: Context) => ({
  node: ({ id }: { readonly id: string }) => node(context, id),
  nodes: ({ ids }: { readonly ids: ReadonlyArray<string> }) => nodes(context, ids),
  viewer: () => actorById(context, context.view.caller ?? 0),
  user: ({ login }: { readonly login: string }) =>
    State.accountByLogin(context.view.state, login).pipe(
      Option.filter((account) => account.kind === "User"),
      Option.match({
        onNone: () => {
          throw notFound(`a User with the login of '${login}'`)
        },
        onSome: (account) => actor(context, account)
      })
    ),
  rateLimit: {
    cost: context.cost,
    nodeCount: 0,
    limit: context.rateLimit.limit,
    used: context.rateLimit.used,
    remaining: context.rateLimit.remaining,
    resetAt: iso(context.rateLimit.resetAt)
  },
  repository: ({ owner, name, followRenames }: { readonly owner: string; readonly name: string; readonly followRenames?: boolean }) =>
    State.repositoryByName(context.view.state, `${owner}/${name}`).pipe(
      Option.filter((found) => State.maySee(found, context.view.caller)),
      Option.filter(
        (found) => followRenames !== false || State.fullName(context.view.state, found).toLowerCase() === `${owner}/${name}`.toLowerCase()
      ),
      Option.match({
        onNone: () => {
          throw notFound(`a Repository with the name '${owner}/${name}'`)
        },
        onSome: (found) => {
          failIfKept(context, found)
          return repository(context, found)
        }
      })
    )
})

/** Answers one query. Errors have GitHub's form (`type` beside `message`), and the other data is still returned. */
export const answerQuery = async (
  context: Context,
  request: {
    readonly query: string
    readonly variables?: Readonly<Record<string, unknown>> | undefined
    readonly operationName?: string | undefined
  }
): Promise<object> => {
  const result = await graphql({
    schema,
    source: request.query,
    rootValue: root(context),
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null
  })
  const errors = result.errors?.map((error) => ({
    ...(typeof error.extensions.type === "string" ? { type: error.extensions.type } : {}),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(typeof error.extensions.saml_failure === "boolean" ? { extensions: { saml_failure: error.extensions.saml_failure } } : {}),
    locations: error.locations ?? [],
    message: error.message
  }))
  return { ...(result.data === undefined ? {} : { data: result.data }), ...(errors === undefined ? {} : { errors }) }
}
