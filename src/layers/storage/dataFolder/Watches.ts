/**
 * Stores for how long each of this validator's checks of a thing has had the same result, so that a restart does not start the count anew. A lost
 * file does: the result then counts later, never earlier.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { Watch } from "../../../domain/Watch.ts"
import { openStoreFile } from "../sqlite/storeFile.ts"
import { fileFailed, type StoreUnavailable } from "./failure.ts"
import { type KeptRows, keptInMemory, keptRowsIn } from "./keptRows.ts"

/** The watches over things, by the thing's name. The group is the kind of the things: such as a contract's address, for its competitions. */
export class Watches extends Context.Tag("gittensor/Watches")<Watches, KeptRows<Watch>>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS looks (
  chain TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, says TEXT NOT NULL, last_look INTEGER NOT NULL, blocks INTEGER NOT NULL, last TEXT,
  PRIMARY KEY (chain, kind, name)
) STRICT, WITHOUT ROWID`

const StoredWatch = Schema.Struct({
  says: Schema.String,
  lastLook: Schema.propertySignature(Schema.Int).pipe(Schema.fromKey("last_look")),
  blocks: Schema.Int,
  last: Schema.optionalWith(Schema.String, { nullable: true })
})

export interface WatchesOptions {
  /** A path, whose folder is made, or ":memory:". */
  readonly file: string
  /** Identifies the chain, as `chainFileName` does. */
  readonly chain: string
}

export const make = ({ file, chain }: WatchesOptions) =>
  Effect.map(
    openStoreFile({
      file,
      tables: TABLES,
      failed: fileFailed("the record of looks"),
      renew: { name: "the record of looks", consequence: "what is gone is missing for its whole time again before it counts" }
    }),
    (store): KeptRows<Watch> =>
      keptRowsIn(store, {
        table: "looks",
        owner: { chain },
        group: "kind",
        name: "name",
        columns: ["says", "last_look", "blocks", "last"],
        value: StoredWatch,
        what: "watches"
      })
  )

export const layer = (options: WatchesOptions): Layer.Layer<Watches, StoreUnavailable> => Layer.scoped(Watches, make(options))

/** For one process; lost when it ends. */
export const makeInMemory = keptInMemory<Watch>()

/** Reads the file, and keeps this process's checks in memory only, so that a later run does not count them. */
export const layerDryRun = (options: WatchesOptions): Layer.Layer<Watches, StoreUnavailable> =>
  Layer.scoped(
    Watches,
    Effect.flatMap(make(options), ({ of }) => keptInMemory(of))
  )
