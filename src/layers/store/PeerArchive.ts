/**
 * Other validators' reports that this one has counted, one compressed file each, in a folder an epoch: on the disk before they are counted, so that a restarted
 * validator counts the same ones, and can show them to anybody.
 */
import { mkdir, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { Context, type Duration, Effect, Either, Layer, Ref, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { type SignedReport, signedReport } from "../../domain/Report.ts"
import { readIfPresent, removeUnfinished, writeDurably } from "./durableFile.ts"
import { firstKept } from "./firstKept.ts"

/** The folder cannot be read or written. No report is counted that could not be shown again. */
export class PeerArchiveUnavailable extends Schema.TaggedError<PeerArchiveUnavailable>()("PeerArchiveUnavailable", {
  operation: Schema.String,
  folder: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the archive of other validators' reports ${this.folder} failed at "${this.operation}" (${this.reason}): check its disk and its permissions`
  }
}

type Result<A> = Effect.Effect<A, PeerArchiveUnavailable>

type Reports = ReadonlyMap<AccountAddress, SignedReport>

export class PeerArchive extends Context.Tag("gittensor/PeerArchive")<
  PeerArchive,
  {
    /** The reports of an epoch that were kept, by hotkey. Damaged files are left out; they can be fetched again. */
    readonly of: (epoch: number) => Result<Reports>
    /** One report; undefined if it was not kept or its file is damaged. */
    readonly find: (epoch: number, hotkey: AccountAddress) => Result<SignedReport | undefined>
    /** Keeps a report that counts. It replaces nothing: of a hotkey and an epoch, the first one stays. */
    readonly keep: (report: SignedReport) => Result<void>
    /** Deletes what is older than its time, seen from an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

const decode = Schema.decodeUnknownEither(signedReport.Text)
const encode = Schema.encodeSync(signedReport.Text)

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const unpacked = (bytes: Uint8Array): Either.Either<string, string> =>
  Either.try({ try: () => gunzipSync(bytes).toString("utf8"), catch: reasonOf })

const EPOCH = /^(0|[1-9]\d{0,14})$/
const ENDING = ".json.gz"

const make = Effect.fn("PeerArchive.make")(function* (folder: string, kept: Duration.Duration) {
  const attempt = <A>(operation: string, run: () => Promise<A>): Result<A> =>
    Effect.tryPromise({ try: run, catch: (cause) => new PeerArchiveUnavailable({ operation, folder, reason: reasonOf(cause) }) })
  const folderOf = (epoch: number) => join(folder, String(epoch))
  const names = (path: string) =>
    attempt("list", () =>
      readdir(path).catch((cause: unknown) => {
        if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return []
        throw cause
      })
    )
  yield* attempt("open", () => mkdir(folder, { recursive: true, mode: 0o700 }))

  /** A file's report; undefined if there is none, and after a warning if the file is damaged. */
  const reportIn = Effect.fn("PeerArchive.reportIn")(function* (epoch: number, name: string) {
    const path = join(folderOf(epoch), name)
    const bytes = yield* attempt("read", () => readIfPresent(path))
    if (bytes === undefined) return undefined
    const report = Either.flatMap(unpacked(bytes), (text) => Either.mapLeft(decode(text), problemOf))
    if (Either.isLeft(report)) yield* Effect.logWarning(`${path} is not used: it holds no report (${report.left})`)
    else if (report.right.body.epoch === epoch && `${report.right.body.validator}${ENDING}` === name) return report.right
    else yield* Effect.logWarning(`${path} is not used: it holds the report of another epoch or hotkey`)
    return undefined
  })

  const load = Effect.fn("PeerArchive.load")(function* (epoch: number) {
    const files = (yield* names(folderOf(epoch))).filter((one) => one.endsWith(ENDING)).sort()
    const found = yield* Effect.forEach(files, (name) => reportIn(epoch, name))
    return new Map(found.flatMap((report) => (report === undefined ? [] : [[report.body.validator, report] as const])))
  })

  /** The newest epoch that was asked for. Verifying a file takes milliseconds, and a validator looks at every block. */
  const newest = yield* Ref.make<{ readonly epoch: number; readonly reports: Reports } | undefined>(undefined)
  const oneAtATime = yield* Effect.makeSemaphore(1)

  const of = Effect.fn("PeerArchive.of")(function* (epoch: number) {
    const known = yield* Ref.get(newest)
    if (known?.epoch === epoch) return known.reports
    const reports: Reports = yield* load(epoch)
    if (known === undefined || known.epoch < epoch) yield* Ref.set(newest, { epoch, reports })
    return reports
  })

  const find = Effect.fn("PeerArchive.find")(function* (epoch: number, hotkey: AccountAddress) {
    const known = yield* Ref.get(newest)
    return known?.epoch === epoch ? known.reports.get(hotkey) : yield* reportIn(epoch, `${hotkey}${ENDING}`)
  })

  const keep = Effect.fn("PeerArchive.keep")(function* (report: SignedReport) {
    const { epoch, validator } = report.body
    if ((yield* of(epoch)).has(validator)) return
    yield* attempt("write", async () => {
      await mkdir(folderOf(epoch), { recursive: true, mode: 0o700 })
      await removeUnfinished(folderOf(epoch))
      await writeDurably(join(folderOf(epoch), `${validator}${ENDING}`), gzipSync(encode(report)))
    })
    yield* Ref.update(newest, (known) =>
      known?.epoch === epoch ? { epoch, reports: new Map(known.reports).set(validator, report) } : known
    )
  })

  const retire = Effect.fn("PeerArchive.retire")(function* (epoch: number, tempo: number) {
    const before = firstKept(epoch, kept, tempo)
    const old = (yield* names(folder)).filter((name) => EPOCH.test(name) && Number(name) < before)
    yield* attempt("delete", () => Promise.all(old.map((name) => rm(join(folder, name), { recursive: true, force: true }))))
  })

  return PeerArchive.of({
    of: (epoch) => oneAtATime.withPermits(1)(of(epoch)),
    find,
    keep: (report) => oneAtATime.withPermits(1)(keep(report)),
    retire
  })
})

/** In a folder to which no other process writes. Creates it. `kept`: for how long reports are kept. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<PeerArchive, PeerArchiveUnavailable> =>
  Layer.effect(PeerArchive, make(folder, kept))
