/**
 * Stores the challenged records of reports, this validator's own and those that others served, one compressed file each. They are on the disk, so
 * that a restarted validator need not ask again and can serve them to anybody.
 */
import { gzipSync } from "node:zlib"
import { Context, type Duration, Effect, Either, Layer, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { canonicalJson } from "../../../domain/canonicalJson.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { ShownRecords } from "../../../domain/ShownRecords.ts"
import { openEpochFiles } from "./epochFiles.ts"
import { folderFailure, folderFailureText } from "./failure.ts"
import { unpacked } from "./unpacked.ts"

/** The records cannot be read or written. */
export class OpeningsUnavailable extends Schema.TaggedError<OpeningsUnavailable>()("OpeningsUnavailable", folderFailure) {
  override get message() {
    return folderFailureText("the shown records in", this)
  }
}

type Result<A> = Effect.Effect<A, OpeningsUnavailable>

export class Openings extends Context.Tag("gittensor/Openings")<
  Openings,
  {
    /** The served records of an epoch, by the hotkey of their report. */
    readonly of: (epoch: number) => Result<ReadonlyMap<AccountAddress, ShownRecords>>
    /** The records of one report; undefined if they were never served, or have expired. */
    readonly find: (epoch: number, hotkey: AccountAddress) => Result<ShownRecords | undefined>
    /** Stores verified records, if the hotkey has none of the epoch. */
    readonly keep: (shown: ShownRecords) => Result<void>
    /** Deletes files past their retention, as of an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

const decode = Schema.decodeUnknownEither(Schema.parseJson(ShownRecords))
const encode = Schema.encodeSync(ShownRecords)

const make = Effect.fn("Openings.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<ShownRecords, OpeningsUnavailable>({
    folder,
    kept,
    ending: ".json.gz",
    what: "shown records",
    encode: (shown) => gzipSync(canonicalJson(encode(shown))),
    decode: (bytes) => Either.flatMap(unpacked(bytes), (text) => Either.mapLeft(decode(text), problemOf)),
    hotkeyOf: ({ validator }) => validator,
    isOf: (shown, epoch) => shown.epoch === epoch,
    failed: (failure) => new OpeningsUnavailable(failure)
  })
  return Openings.of({
    of: files.of,
    find: files.find,
    keep: (shown) => Effect.asVoid(files.keep(shown.epoch, shown)),
    retire: files.retire
  })
})

/** Stores in a folder with no other writer, and creates it. `kept`: the retention of records. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<Openings, OpeningsUnavailable> =>
  Layer.effect(Openings, make(folder, kept))
