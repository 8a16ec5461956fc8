/** The context of a GraphQL query: its caller, the state, its cost and rate limit. */
import { GraphQLError } from "graphql"
import type { Pages } from "../Engine.ts"
import { type OwnerRefusalForm, refusalText } from "../server/ownerRefusals.ts"
import type { RateLimitStatus } from "../server/rateLimits.ts"
import type * as State from "../state/State.ts"
import type { View } from "../View.ts"

/** The caller, and the state to answer from. */
export interface Context {
  readonly view: View
  readonly rateLimit: RateLimitStatus
  /** The query's cost in points. */
  readonly cost: number
  readonly pages: Pages
  /** Why the caller may not read a repository; undefined: it may. */
  readonly refusal: (of: State.Repository) => OwnerRefusalForm | undefined
}

export const notFound = (what: string) => new GraphQLError(`Could not resolve to ${what}.`, { extensions: { type: "NOT_FOUND" } })

/** Throws GraphQL's error for a repository that the caller may not read. */
export const failIfKept = (context: Context, of: State.Repository): void => {
  const form = context.refusal(of)
  if (form === undefined) return
  if (form === "hidden") throw notFound("a Repository with that name")
  const { message, extensions = {} } = refusalText(form)
  throw new GraphQLError(message, { extensions: { type: "FORBIDDEN", ...extensions } })
}
