/**
 * Stores the committed reports of an epoch's validators, this one's too, one compressed file each, in a folder an epoch. They are on the disk before this
 * validator commits to have them, so that a restarted one counts the same ones and can serve them to anybody.
 */
import { gzipSync } from "node:zlib"
import { Context, type Duration, Effect, Either, Layer, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { type SignedReport, signedReport } from "../../../domain/Report.ts"
import { openEpochFiles } from "./epochFiles.ts"
import { folderFailure, folderFailureText } from "./failure.ts"
import { unpacked } from "./unpacked.ts"

/** The folder cannot be read or written. A report that cannot be stored is not counted. */
export class PeerArchiveUnavailable extends Schema.TaggedError<PeerArchiveUnavailable>()("PeerArchiveUnavailable", folderFailure) {
  override get message() {
    return folderFailureText("the archive of validators' reports", this)
  }
}

type Result<A> = Effect.Effect<A, PeerArchiveUnavailable>

type Reports = ReadonlyMap<AccountAddress, SignedReport>

export class PeerArchive extends Context.Tag("gittensor/PeerArchive")<
  PeerArchive,
  {
    /** The stored reports of an epoch, by hotkey. Damaged files are left out; they can be fetched again. */
    readonly of: (epoch: number) => Result<Reports>
    /** One report; undefined if it was not stored or its file is damaged. */
    readonly find: (epoch: number, hotkey: AccountAddress) => Result<SignedReport | undefined>
    /** Stores the report that its hotkey committed to, if it has none of the epoch. */
    readonly keep: (report: SignedReport) => Result<void>
    /** Deletes files past their retention, as of an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

const decode = Schema.decodeUnknownEither(signedReport.Text)
const encode = Schema.encodeSync(signedReport.Text)

const make = Effect.fn("PeerArchive.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<SignedReport, PeerArchiveUnavailable>({
    folder,
    kept,
    ending: ".json.gz",
    what: "report",
    encode: (report) => gzipSync(encode(report)),
    decode: (bytes) => Either.flatMap(unpacked(bytes), (text) => Either.mapLeft(decode(text), problemOf)),
    hotkeyOf: ({ body }) => body.validator,
    isOf: ({ body }, epoch) => body.epoch === epoch,
    failed: (failure) => new PeerArchiveUnavailable(failure)
  })
  return PeerArchive.of({
    of: files.of,
    find: files.find,
    keep: (report) => Effect.asVoid(files.keep(report.body.epoch, report)),
    retire: files.retire
  })
})

/** Stores in a folder with no other writer, and creates it. `kept`: the retention of reports. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<PeerArchive, PeerArchiveUnavailable> =>
  Layer.effect(PeerArchive, make(folder, kept))
