/** Caches the scores of pull requests' files across restarts, by commits and rules. A lost or damaged entry is computed again. */
import { Context, Layer } from "effect"
import { type KeptValues, keptNowhere, textsKeptIn } from "../sqlite/kept.ts"

export class ScoreCache extends Context.Tag("gittensor/ScoreCache")<ScoreCache, KeptValues<string>>() {}

/** Caches nothing, for a process that scores once. */
export const layerNone: Layer.Layer<ScoreCache> = Layer.succeed(ScoreCache, keptNowhere())

/** Caches in a file. `bytes`: the most that all compressed scores may take; the oldest are deleted first. */
export const layerFile = (file: string, bytes: number): Layer.Layer<ScoreCache> =>
  Layer.scoped(
    ScoreCache,
    textsKeptIn({ file, name: "the cache of scores", instead: "pull requests are scored again instead, after each start" }, bytes)
  )
