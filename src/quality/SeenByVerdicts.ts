/** What the verdict loop saw on GitHub, for whoever else can use it. */
import { Context, Effect, Layer, Queue } from "effect"
import type { Look } from "../scoring/issue_competitions/verdicts.ts"

interface Seen {
  /** Leaves what was seen. It replaces what nobody has taken yet. */
  readonly offer: (looks: ReadonlyArray<Look>) => Effect.Effect<void>
  /** Takes what was seen last, once it is there. */
  readonly take: Effect.Effect<ReadonlyArray<Look>>
}

/** Without a layer, nobody takes what the verdict loop saw. */
export class SeenByVerdicts extends Context.Reference<SeenByVerdicts>()("gittensor/SeenByVerdicts", {
  defaultValue: (): Seen => ({ offer: () => Effect.void, take: Effect.never })
}) {}

export const layer: Layer.Layer<never> = Layer.effect(
  SeenByVerdicts,
  Effect.map(Queue.sliding<ReadonlyArray<Look>>(1), (queue) => ({
    offer: (looks: ReadonlyArray<Look>) => Effect.asVoid(Queue.offer(queue, looks)),
    take: Queue.take(queue)
  }))
)
