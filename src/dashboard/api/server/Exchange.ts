/** The current request, for middleware that handles every request. */
import { Context } from "effect"
import type { Route } from "./routes.ts"

export interface Details {
  /** The request's id in the log and in the x-request-id header. */
  readonly id: string
  /** The client's address, according to trusted proxies. */
  readonly client: string
  /** The path without the query. */
  readonly path: string
  readonly route: Route | undefined
  /** The newest block (-1: none) that the answer's cache knows; undefined: ask the database. */
  readonly newest?: number
}

/** The default applies only outside of a request. */
export class Exchange extends Context.Reference<Exchange>()("gittensor/api/Exchange", {
  defaultValue: (): Details => ({ id: "none", client: "", path: "", route: undefined })
}) {}
