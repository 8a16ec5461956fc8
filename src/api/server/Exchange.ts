/** One request and its answer, as the parts of the server that look at all of them know it. */
import { Context } from "effect"
import type { Route } from "./routes.ts"

export class Exchange extends Context.Tag("gittensor/api/Exchange")<
  Exchange,
  {
    /** In the log and in the answer's x-request-id. */
    readonly id: string
    /** The client's address, behind the proxies that we trust. */
    readonly client: string
    /** The path without its query. */
    readonly path: string
    readonly route: Route | undefined
  }
>() {}
