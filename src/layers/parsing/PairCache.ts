/** Caches tree differences by the content of both texts, so that a pair is parsed once. Lost and damaged entries are computed again. */
import { Context, Effect, Layer } from "effect"
import { LRUCache } from "lru-cache"
import type { TreeDifference } from "../../domain/contributions/FileScore.ts"
import { type Kept, keptIn } from "../storage/sqlite/kept.ts"
import { recentAndKept, recentOnly } from "../storage/sqlite/recent.ts"

/** Keyed by 64 hexadecimal digits: a hash of both texts, the grammar, the parser and the weights. */
export class PairCache extends Context.Tag("gittensor/PairCache")<PairCache, Kept<TreeDifference>>() {}

const bytesOf = ({ structuralAdded: a, structuralDeleted: b, leafAdded: c, leafDeleted: d }: TreeDifference): Uint8Array =>
  new Uint8Array(new Float64Array([a, b, c, d].flatMap(({ count, score }) => [count, score])).buffer)

const valueOf = (bytes: Uint8Array): TreeDifference | undefined => {
  if (bytes.length !== 8 * Float64Array.BYTES_PER_ELEMENT) return undefined
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = new Float64Array(Uint8Array.from(bytes).buffer)
  return {
    structuralAdded: { count: a, score: b },
    structuralDeleted: { count: c, score: d },
    leafAdded: { count: e, score: f },
    leafDeleted: { count: g, score: h }
  }
}

const PAIRS = 50_000
const BYTES_IN_FILE = 100_000_000

const recent = (limit: number) => new LRUCache<string, TreeDifference>({ max: limit })

/** In memory. `limit`: the most pairs; each takes about 300 bytes. */
export const layerMemory = (limit = PAIRS): Layer.Layer<PairCache> => Layer.sync(PairCache, () => recentOnly(recent(limit)))

/** In a file, with recent ones also in memory. `bytes`: the most that all pairs in the file may take; the oldest are deleted first. */
export const layerFile = (file: string, bytes = BYTES_IN_FILE): Layer.Layer<PairCache> =>
  Layer.scoped(
    PairCache,
    keptIn<TreeDifference>({ file, name: "the cache of scored files", instead: "files are parsed again instead" }, bytes, {
      bytesOf,
      valueOf
    }).pipe(Effect.flatMap((kept) => recentAndKept(recent(PAIRS), kept)))
  )
