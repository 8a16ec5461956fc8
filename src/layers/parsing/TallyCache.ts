/**
 * Caches the tally of each version of a file, so that a version is parsed once: the head of one pull request is the base of the next. Lost and
 * damaged entries are parsed again.
 */
import { Context, Effect, Layer } from "effect"
import { LRUCache } from "lru-cache"
import { type KeptValues, keptIn } from "../storage/sqlite/kept.ts"
import { recentAndKept, recentOnly } from "../storage/sqlite/recent.ts"
import { readTally, type Tally } from "./tally.ts"

/** Keyed by 64 hexadecimal digits: a hash of the text, the grammar and the parser. */
export class TallyCache extends Context.Tag("gittensor/TallyCache")<TallyCache, KeptValues<Tally>>() {}

const BYTES_IN_MEMORY = 67_108_864
const BYTES_IN_FILE = 268_435_456

/** A tally's bytes in memory, as measured. A small tally takes more for its objects than for its content. */
export const sizeOf = ({ bytes, types }: Tally): number => 1_100 + 64 * types.length + bytes.length

const recent = (bytes: number) => new LRUCache<string, Tally>({ maxSize: bytes, sizeCalculation: sizeOf })

/** In memory. `bytes`: the most that all tallies may take. */
export const layerMemory = (bytes = BYTES_IN_MEMORY): Layer.Layer<TallyCache> => Layer.sync(TallyCache, () => recentOnly(recent(bytes)))

/** In a file, with recent ones also in memory. `bytes`: the most that all tallies in the file may take; the oldest are deleted first. */
export const layerFile = (file: string, bytes = BYTES_IN_FILE): Layer.Layer<TallyCache> =>
  Layer.scoped(
    TallyCache,
    keptIn<Tally>({ file, name: "the cache of parsed files", instead: "files are parsed again instead" }, bytes, {
      bytesOf: (tally) => tally.bytes,
      valueOf: readTally
    }).pipe(Effect.flatMap((kept) => recentAndKept(recent(BYTES_IN_MEMORY), kept)))
  )
