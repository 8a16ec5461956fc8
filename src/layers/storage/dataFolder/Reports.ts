/**
 * Stores a validator's own reports, one file an epoch, and beside each the evidence that it was made from. Both are on the disk before any further
 * use, and a report never changes, so a restarted validator sets the same weights and serves the same bytes.
 *
 * In the folder: `<epoch>.report.json` and `<epoch>.evidence.json.gz`.
 */
import { readdir, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { Context, type Duration, Effect, Layer, Ref, Schema } from "effect"
import { type EpochEvidence, evidenceOf, signedEpochEvidence, whyForeign } from "../../../domain/EpochEvidence.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { type Report, type SignedReport, signedReport } from "../../../domain/Report.ts"
import type { SignedDocument } from "../../../domain/SignedDocument.ts"
import { attemptsIn, leaveInPlace, makeFolder, readValue, removeUnfinished, writeDurably } from "./durableFile.ts"
import { firstKept } from "./epochFiles.ts"
import type { Result, StoreUnavailable } from "./failure.ts"

/** What an epoch's report measured. */
export type EpochShares = Pick<Report, "epoch" | "miners" | "repositories">

/** The miners' scores behind an epoch's shares. */
export interface EpochMiners extends Pick<EpochEvidence, "netuid" | "epoch" | "block" | "kept" | "miners" | "records"> {
  readonly genesis: string
}

export class Reports extends Context.Tag("gittensor/Reports")<
  Reports,
  {
    /** The verified report of an epoch; undefined if there is none. An invalid file is reported and counts as none. */
    readonly read: (epoch: number) => Result<SignedReport | undefined>
    /** The newest report before an epoch; undefined if there is none. */
    readonly before: (epoch: number) => Result<SignedReport | undefined>
    /** The newest `count` epochs' shares at or before an epoch, oldest first. */
    readonly recent: (epoch: number, count: number) => Result<ReadonlyArray<EpochShares>>
    /** The newest miners' scores at or before an epoch whose evidence is still there. */
    readonly lastMiners: (epoch: number) => Result<EpochMiners | undefined>
    /** The records of an epoch's own report, sorted; undefined if its evidence is missing. The last answer is cached, because judges of a pass ask one after another. */
    readonly records: (epoch: number) => Result<EpochEvidence["records"] | undefined>
    /**
     * Signs and writes a report and its evidence, unless the epoch has a report already. Returns the archive's report, which is on the disk by then.
     * The evidence's records must be those of the report's root.
     */
    readonly keep: (report: Report, evidence: Evidence) => Result<SignedReport>
    /** Deletes files past their retention, as of an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

type Evidence = Pick<EpochEvidence, "records" | "kept" | "miners">

/** How long files are kept. */
export interface Retention {
  readonly reports: Duration.Duration
  readonly evidence: Duration.Duration
}

/** The number of newest reports that are never deleted: weights need sixteen. */
const NEVER_RETIRED = 16

const SUFFIXES = { report: ".report.json", evidence: ".evidence.json.gz" } as const
type Kind = keyof typeof SUFFIXES

const FILE = /^(0|[1-9]\d{0,14})(\.report\.json|\.evidence\.json\.gz)$/

const compress = promisify(gzip)

const encodeReport = Schema.encodeSync(signedReport.Text)
const encodeEvidence = Schema.encodeSync(signedEpochEvidence.Text)

interface Archive {
  readonly folder: string
  /** Why a verified document does not belong in this archive. */
  readonly problemWith: (body: { readonly validator: string }) => string | undefined
  /** Handles an invalid file. */
  readonly onInvalid: typeof leaveInPlace
}

const attemptIn = (folder: string) => attemptsIn("the archive of reports", folder)

const reader = ({ folder, problemWith, onInvalid }: Archive) => {
  const attempt = attemptIn(folder)
  const pathOf = (epoch: number, kind: Kind) => join(folder, `${epoch}${SUFFIXES[kind]}`)

  /** Reads, verifies and decodes a file. `also`: a further check of its content. */
  const load = <Body extends { readonly epoch: number; readonly validator: string }>(
    kind: Kind,
    schema: Schema.Schema<SignedDocument<Body>, string>,
    also: (body: Body) => string | undefined = () => undefined
  ) => {
    const decode = Schema.decodeEither(schema)
    return (epoch: number) => {
      const whyForeign = ({ body }: SignedDocument<Body>) =>
        body.epoch === epoch ? (problemWith(body) ?? also(body)) : `it is of epoch ${body.epoch}`
      return readValue(attempt, pathOf(epoch, kind), decode, `${kind} of epoch ${epoch}`, whyForeign, onInvalid)
    }
  }

  const read = load("report", signedReport.Text)

  const evidence = Effect.fn("Reports.evidence")(function* (epoch: number) {
    const report = yield* read(epoch)
    if (report === undefined) return undefined
    return yield* load("evidence", signedEpochEvidence.Text, (body) => whyForeign(body, report.body))(epoch)
  })

  const miners = (epoch: number) => Effect.map(evidence(epoch), (found) => found?.body)
  const shares = (epoch: number) => Effect.map(read(epoch), (found) => found?.body)

  /** The epochs that have a file of this kind, rising. */
  const epochsOf = (kind: Kind) =>
    attempt("list", () => readdir(folder)).pipe(
      Effect.map((names) =>
        names
          .flatMap((name) => {
            const [, epoch, suffix] = FILE.exec(name) ?? []
            return suffix === SUFFIXES[kind] ? [Number(epoch)] : []
          })
          .sort((left, right) => left - right)
      )
    )

  /** The newest `count` that are found at or before an epoch, oldest first. An invalid file makes room for an older one. */
  const newest = <A>(find: (epoch: number) => Result<A | undefined>, kind: Kind) =>
    Effect.fn("Reports.newest")(function* (epoch: number, count: number) {
      const known = (yield* epochsOf(kind)).filter((one) => one <= epoch)
      const found: Array<A> = []
      while (found.length < count) {
        const next = known.pop()
        if (next === undefined) break
        const one = yield* find(next)
        if (one !== undefined) found.unshift(one)
      }
      return found
    })

  const newestReports = newest(read, "report")
  const before = (epoch: number) => Effect.map(newestReports(epoch - 1, 1), ([found]) => found)
  const recent = newest(shares, "report")
  const newestMiners = newest(miners, "evidence")
  const lastMiners = (epoch: number) => Effect.map(newestMiners(epoch, 1), ([found]) => found)
  const last = Ref.unsafeMake<{ readonly epoch: number; readonly records: EpochEvidence["records"] } | undefined>(undefined)
  const oneAtATime = Effect.unsafeMakeSemaphore(1)
  const records = Effect.fn("Reports.records")(function* (epoch: number) {
    const known = yield* Ref.get(last)
    if (known?.epoch === epoch) return known.records
    const found = (yield* evidence(epoch))?.body.records
    if (found !== undefined) yield* Ref.set(last, { epoch, records: found })
    return found
  }, oneAtATime.withPermits(1))
  const createFolder = attempt("open", () => makeFolder(folder))
  return { attempt, pathOf, createFolder, read, before, recent, miners, lastMiners, records, epochsOf }
}

/** Reads any validator's archive without changes, while its own process may be writing. */
export const readOnly = (folder: string) => {
  const { epochsOf, miners } = reader({ folder, problemWith: () => undefined, onInvalid: leaveInPlace })
  return {
    /** The epochs whose miners' scores may be there, rising. */
    epochs: epochsOf("report"),
    /** Every miner's scores of an epoch. */
    miners
  }
}

const notBy = (hotkey: KeyPair) => (body: { readonly validator: string }) =>
  body.validator === hotkey.address ? undefined : `it is by ${body.validator}`

const sign = (report: Report, evidence: Evidence, hotkey: KeyPair) => {
  const body = evidenceOf(report, evidence)
  const problem = whyForeign(body, report)
  if (problem !== undefined) throw new TypeError(`the evidence of epoch ${report.epoch} does not fit its report: ${problem}`)
  return { report: signedReport.sign(report, hotkey), evidence: signedEpochEvidence.sign(body, hotkey) }
}

/** Opens the hotkey's archive in a folder with no other writer. Creates the folder, and removes what a killed process left unfinished. */
export const make = Effect.fn("Reports.make")(function* (folder: string, hotkey: KeyPair, retention: Retention) {
  const { attempt, pathOf, createFolder, read, before, recent, lastMiners, records, epochsOf } = reader({
    folder,
    problemWith: notBy(hotkey),
    onInvalid: (path, what, why) =>
      Effect.gen(function* () {
        const aside = `${path}.damaged-${crypto.randomUUID()}`
        yield* attemptIn(folder)("put aside", () => rename(path, aside))
        yield* Effect.logWarning(`the ${what} cannot be used (${why}): moved to ${aside}`)
      })
  })
  yield* createFolder
  yield* attempt("open", () => removeUnfinished(folder))

  const keep = Effect.fn("Reports.keep")(function* (report: Report, evidence: Evidence) {
    const archived = yield* read(report.epoch)
    if (archived !== undefined) return archived
    const signed = sign(report, evidence, hotkey)
    // Write the report last: an epoch without one is scored again, and its evidence replaced.
    yield* attempt("write", async () => {
      await writeDurably(pathOf(report.epoch, "evidence"), await compress(`${encodeEvidence(signed.evidence)}\n`))
      await writeDurably(pathOf(report.epoch, "report"), `${encodeReport(signed.report)}\n`)
    })
    return signed.report
  })

  const retireKind = Effect.fn("Reports.retireKind")(function* (kind: Kind, before: number) {
    const known = yield* epochsOf(kind)
    for (const epoch of known.slice(0, -NEVER_RETIRED).filter((one) => one < before))
      yield* attempt("delete", () => rm(pathOf(epoch, kind), { force: true }))
  })

  const retire = Effect.fn("Reports.retire")(function* (epoch: number, tempo: number) {
    yield* retireKind("evidence", firstKept(epoch, retention.evidence, tempo))
    yield* retireKind("report", firstKept(epoch, retention.reports, tempo))
  })

  return Reports.of({ read, before, recent, lastMiners, records, keep, retire })
})

export const layer = (folder: string, hotkey: KeyPair, retention: Retention): Layer.Layer<Reports, StoreUnavailable> =>
  Layer.effect(Reports, make(folder, hotkey, retention))

/** For a dry run: reads the hotkey's archive, and signs new reports without writing them. */
export const layerDryRun = (folder: string, hotkey: KeyPair): Layer.Layer<Reports, StoreUnavailable> =>
  Layer.effect(
    Reports,
    Effect.gen(function* () {
      const { createFolder, read, before, recent, lastMiners, records } = reader({
        folder,
        problemWith: notBy(hotkey),
        onInvalid: leaveInPlace
      })
      yield* createFolder
      const keep = (report: Report, evidence: Evidence) =>
        Effect.map(read(report.epoch), (archived) => archived ?? sign(report, evidence, hotkey).report)
      return Reports.of({ read, before, recent, lastMiners, records, keep, retire: () => Effect.void })
    })
  )
