/** Caches GitHub's answers about commits across restarts: a commit never changes. A lost or damaged entry is requested again. */
import { Context, Layer } from "effect"
import { type KeptValues, keptNowhere, textsKeptIn } from "../../storage/sqlite/kept.ts"

export class CommitCache extends Context.Tag("gittensor/CommitCache")<CommitCache, KeptValues<string>>() {}

/** Caches nothing, for a process that reads once. */
export const layerNone: Layer.Layer<CommitCache> = Layer.succeed(CommitCache, keptNowhere())

/** The cache's size for a process that reads once: 512 MiB. */
const BYTES = 536_870_912

/** Caches in a file. `bytes`: the most that all compressed answers may take; the oldest are deleted first. */
export const layerFile = (file: string, bytes = BYTES): Layer.Layer<CommitCache> =>
  Layer.scoped(
    CommitCache,
    textsKeptIn({ file, name: "the cache of commits", instead: "GitHub is asked again instead, after each start" }, bytes)
  )
