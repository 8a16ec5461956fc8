/**
 * Stores the challenged records of reports, this validator's own and those that others served, one compressed file each. They are on the disk, so
 * that a restarted validator need not ask again and can serve them to anybody.
 */
import { Context, type Duration, Effect, Layer, Schema } from "effect"
import { canonicalJson } from "../../../domain/canonicalJson.ts"
import { ShownRecords } from "../../../domain/ShownRecords.ts"
import { type EpochFiles, openEpochFiles } from "./epochFiles.ts"
import type { Result, StoreUnavailable } from "./failure.ts"

export class Openings extends Context.Tag("gittensor/Openings")<
  Openings,
  Omit<EpochFiles<ShownRecords>, "keep"> & {
    /** Stores verified records, if the hotkey has none of the epoch. */
    readonly keep: (shown: ShownRecords) => Result<void>
  }
>() {}

const encode = Schema.encodeSync(ShownRecords)

const make = Effect.fn("Openings.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<ShownRecords>({
    folder,
    kept,
    packed: true,
    what: "shown records",
    encode: (shown) => canonicalJson(encode(shown)),
    decode: Schema.decodeUnknownEither(Schema.parseJson(ShownRecords)),
    hotkeyOf: ({ validator }) => validator,
    isOf: (shown, epoch) => shown.epoch === epoch,
    store: "the shown records in"
  })
  return Openings.of({ ...files, keep: (shown) => Effect.asVoid(files.keep(shown.epoch, shown)) })
})

/** Stores files in a folder, which it creates. No other process may write there. `kept`: the retention of records. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<Openings, StoreUnavailable> =>
  Layer.effect(Openings, make(folder, kept))
