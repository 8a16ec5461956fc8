/** What a GraphQL query is answered with: its caller, the state, its cost and rate limit. */
import { GraphQLError } from "graphql"
import type { Pages } from "../Engine.ts"
import type { Caller, RateLimitStatus } from "../server/rateLimits.ts"
import type { View } from "../View.ts"

/** Whom a query is answered to, from which state. */
export interface Context {
  readonly view: View
  readonly caller: Caller
  readonly rateLimit: RateLimitStatus
  /** Points of the query. */
  readonly cost: number
  readonly pages: Pages
}

export const notFound = (what: string) => new GraphQLError(`Could not resolve to ${what}.`, { extensions: { type: "NOT_FOUND" } })
