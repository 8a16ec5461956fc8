/** Where the API says that the database is away: once in a while, however many requests fail because of it. */
import { Context, Effect } from "effect"
import * as RareLines from "../../../layers/machine/effects/rareLines.ts"

/** The lines of one server. The default, which says each line, applies only outside of a server. */
export class OutageLines extends Context.Reference<OutageLines>()("gittensor/api/OutageLines", {
  defaultValue: (): RareLines.RareLines => RareLines.each
}) {}

/** The lines of a server that starts. */
export const make = RareLines.make("1 hour")

/** Warns of an outage, by the text of the failure. */
export const warn = (message: string): Effect.Effect<void> =>
  Effect.flatMap(OutageLines, (lines) => lines.warn(RareLines.kindOf(message), message))

/** The database answered. */
export const over: Effect.Effect<void> = Effect.flatMap(OutageLines, (lines) => lines.over("the database answers again"))
