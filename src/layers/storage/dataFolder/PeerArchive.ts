/**
 * Stores the committed reports of an epoch's validators, this one's too, one compressed file each, in a folder an epoch. They are on the disk before this
 * validator commits to have them, so that a restarted one counts the same ones and can serve them to anybody.
 */
import { Context, type Duration, Effect, Layer, Schema } from "effect"
import { type SignedReport, signedReport } from "../../../domain/Report.ts"
import { type EpochFiles, openEpochFiles } from "./epochFiles.ts"
import type { Result, StoreUnavailable } from "./failure.ts"

export class PeerArchive extends Context.Tag("gittensor/PeerArchive")<
  PeerArchive,
  Omit<EpochFiles<SignedReport>, "keep"> & {
    /** Stores the report that its hotkey committed to, if it has none of the epoch. */
    readonly keep: (report: SignedReport) => Result<void>
  }
>() {}

const make = Effect.fn("PeerArchive.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<SignedReport>({
    folder,
    kept,
    packed: true,
    what: "report",
    encode: Schema.encodeSync(signedReport.Text),
    decode: Schema.decodeUnknownEither(signedReport.Text),
    hotkeyOf: ({ body }) => body.validator,
    isOf: ({ body }, epoch) => body.epoch === epoch,
    store: "the archive of validators' reports"
  })
  return PeerArchive.of({ ...files, keep: (report) => Effect.asVoid(files.keep(report.body.epoch, report)) })
})

/** Stores files in a folder, which it creates. No other process may write there. `kept`: the retention of reports. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<PeerArchive, StoreUnavailable> =>
  Layer.effect(PeerArchive, make(folder, kept))
