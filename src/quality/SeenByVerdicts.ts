/** Hands the verdict loop's latest observations of GitHub to the judging loop. */
import { Context, Effect, Layer, Queue } from "effect"
import type { Look } from "../scoring/issue_competitions/verdicts.ts"

interface SeenIssues {
  /** Offers observations. They replace an earlier batch that was not taken. */
  readonly offer: (looks: ReadonlyArray<Look>) => Effect.Effect<void>
  /** Waits for the latest batch and takes it. */
  readonly take: Effect.Effect<ReadonlyArray<Look>>
}

/** The default service discards the observations. */
export class SeenByVerdicts extends Context.Reference<SeenByVerdicts>()("gittensor/SeenByVerdicts", {
  defaultValue: (): SeenIssues => ({ offer: () => Effect.void, take: Effect.never })
}) {}

export const layer: Layer.Layer<never> = Layer.effect(
  SeenByVerdicts,
  Effect.map(Queue.sliding<ReadonlyArray<Look>>(1), (queue) => ({
    offer: (looks: ReadonlyArray<Look>) => Effect.asVoid(Queue.offer(queue, looks)),
    take: Queue.take(queue)
  }))
)
