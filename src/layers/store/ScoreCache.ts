/** Keeps the scores of pull requests' files across restarts, by commits and rules. A lost or damaged entry is computed again. */
import { Context, Layer } from "effect"
import { type KeptTexts, keptIn, keptNowhere } from "../sqlite/keptTexts.ts"

export class ScoreCache extends Context.Tag("gittensor/ScoreCache")<ScoreCache, KeptTexts>() {}

/** Keeps nothing, for a process that asks once. */
export const layerNone: Layer.Layer<ScoreCache> = Layer.succeed(ScoreCache, keptNowhere)

/** In a file. `bytes`: the most that all compressed scores may take; the oldest are deleted first. */
export const layerFile = (file: string, bytes: number): Layer.Layer<ScoreCache> =>
  Layer.scoped(
    ScoreCache,
    keptIn({ file, name: "the cache of scores", instead: "pull requests are scored again instead, after each start" }, bytes)
  )
