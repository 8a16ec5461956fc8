/** The context of a GraphQL query: its caller, the state, its cost and rate limit. */
import { GraphQLError } from "graphql"
import type { Pages } from "../Engine.ts"
import type { Caller, RateLimitStatus } from "../server/rateLimits.ts"
import type { View } from "../View.ts"

/** Who asks, and the state to answer from. */
export interface Context {
  readonly view: View
  readonly caller: Caller
  readonly rateLimit: RateLimitStatus
  /** The query's cost in points. */
  readonly cost: number
  readonly pages: Pages
}

export const notFound = (what: string) => new GraphQLError(`Could not resolve to ${what}.`, { extensions: { type: "NOT_FOUND" } })
