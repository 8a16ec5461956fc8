/** Log lines about database outages, at most one an hour, however many requests fail. */
import { Context, Effect } from "effect"
import * as RareLines from "../../../layers/machine/effects/rareLines.ts"

/** The rate-limited log of one server. The default, which logs every line, applies only outside of a server. */
export class OutageLines extends Context.Reference<OutageLines>()("gittensor/api/OutageLines", {
  defaultValue: (): RareLines.RareLines => RareLines.everyLine
}) {}

export const make = RareLines.make("1 hour")

export const warn = (message: string): Effect.Effect<void> => Effect.flatMap(OutageLines, (lines) => lines.warn("database", message))

/** Logs the outage's end. */
export const over: Effect.Effect<void> = Effect.flatMap(OutageLines, (lines) => lines.over("the database answers again"))
