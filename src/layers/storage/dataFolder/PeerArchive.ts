/**
 * Stores the committed reports of an epoch's validators, this one's too, one compressed file each, in a folder an epoch. They are on the disk before this
 * validator commits to have them, so that a restarted one counts the same ones and can serve them to anybody.
 */
import { gzipSync } from "node:zlib"
import { Context, type Duration, Effect, Either, Layer, Schema } from "effect"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { type SignedReport, signedReport } from "../../../domain/Report.ts"
import { type EpochFiles, openEpochFiles } from "./epochFiles.ts"
import type { Result, StoreUnavailable } from "./failure.ts"
import { unpacked } from "./unpacked.ts"

export class PeerArchive extends Context.Tag("gittensor/PeerArchive")<
  PeerArchive,
  Omit<EpochFiles<SignedReport>, "keep"> & {
    /** Stores the report that its hotkey committed to, if it has none of the epoch. */
    readonly keep: (report: SignedReport) => Result<void>
  }
>() {}

const decode = Schema.decodeUnknownEither(signedReport.Text)
const encode = Schema.encodeSync(signedReport.Text)

const make = Effect.fn("PeerArchive.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<SignedReport>({
    folder,
    kept,
    ending: ".json.gz",
    what: "report",
    encode: (report) => gzipSync(encode(report)),
    decode: (bytes) => Either.flatMap(unpacked(bytes), (text) => Either.mapLeft(decode(text), problemOf)),
    hotkeyOf: ({ body }) => body.validator,
    isOf: ({ body }, epoch) => body.epoch === epoch,
    store: "the archive of validators' reports"
  })
  return PeerArchive.of({ ...files, keep: (report) => Effect.asVoid(files.keep(report.body.epoch, report)) })
})

/** Stores in a folder with no other writer, and creates it. `kept`: the retention of reports. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<PeerArchive, StoreUnavailable> =>
  Layer.effect(PeerArchive, make(folder, kept))
