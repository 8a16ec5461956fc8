/** Estimates of when blocks to come are reached. A request asks the database one question, so the pace comes from whoever answers. */
import { Context, Effect } from "effect"
import { type Pace, timeOfBlock } from "../../../story/time.ts"
import type { Moment } from "../definition/values.ts"

/** The pace of blocks at the newest one; null (the default): not known. */
export class PaceNow extends Context.Reference<PaceNow>()("gittensor/api/PaceNow", {
  defaultValue: (): Effect.Effect<Pace | null> => Effect.succeed(null)
}) {}

export const paceNow = Effect.flatten(PaceNow)

/** When a block is expected; null: it is indexed, or the pace is not known. */
export const expectedIn = ({ block, time }: typeof Moment.Encoded, pace: Pace | null): string | null =>
  time !== null || pace === null ? null : new Date(timeOfBlock(block, pace)).toISOString()
