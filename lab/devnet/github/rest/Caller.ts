/** The account of a request's token. */
import { Context } from "effect"
import type * as Limits from "../server/rateLimits.ts"

/** The account's id; null: the request has no token. */
export class Caller extends Context.Reference<Caller>()("gittensor/GitHubStandIn/Caller", { defaultValue: (): Limits.Caller => null }) {}
