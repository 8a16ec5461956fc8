/** One request and its answer, as the parts of the server that look at all of them know it. */
import { Context } from "effect"
import type { Route } from "./routes.ts"

export interface Details {
  /** In the log and in the answer's x-request-id. */
  readonly id: string
  /** The client's address, behind the proxies that we trust. */
  readonly client: string
  /** The path without its query. */
  readonly path: string
  readonly route: Route | undefined
}

/** Outside of a request nobody asks. */
export class Exchange extends Context.Reference<Exchange>()("gittensor/api/Exchange", {
  defaultValue: (): Details => ({ id: "none", client: "", path: "", route: undefined })
}) {}
