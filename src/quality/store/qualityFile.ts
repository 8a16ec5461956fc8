/** The SQLite file of a validator that judges alone: the engine's tables and the records, over one connection. */
import { Effect, Layer } from "effect"
import { layer as sqliteLayer } from "../../layers/storage/sqlite/client.ts"
import { openStoreFile } from "../../layers/storage/sqlite/storeFile.ts"
import { QualityUnavailable } from "./QualityRecords.ts"

/** Replaces a damaged file with a new one: its findings can be computed again. */
const replaceDamaged = (file: string) =>
  openStoreFile({
    file,
    tables: "PRAGMA user_version",
    failed: ({ operation, code }) => new QualityUnavailable({ operation: `${operation} ${file}`, why: code }),
    renew: { name: "the record of pull requests' quality", consequence: "the heads of running matches are judged again" }
  }).pipe(Effect.scoped)

/** For the validator: checks the file first. */
export const layer = (file: string) => sqliteLayer(file).pipe(Layer.provide(Layer.effectDiscard(replaceDamaged(file))))

/** For a command beside the validator. */
export const layerBeside = sqliteLayer
