/**
 * `npm run bench -- report [--json]`: a report of 256 UIDs over the records of 2,000 pull requests, by a validator that has already read the chain's
 * hotkeys. Each time is the median of runs that alternate with the same work in plain form, without any check (plain.ts).
 *
 * - `buildMs`: hash the records, build the report, sign it and write its text. Targets: at most 50 ms and 100,000 bytes.
 * - `verifyMs`: read another validator's report, including its signature.
 * - `keepMs`, `keepPeakMegabytes`: sign report and evidence, and write both to disk; by how much the process grows meanwhile (Linux).
 * - `evidenceMegabytes`, `peersMegabytes`: memory of the evidence of one epoch, and of the reports of 64 validators.
 * - `ownYearMegabytes`, `evidenceMonthMegabytes`, `peersYearMegabytes`: bytes on disk at the main network's tempo of 360 blocks: a validator's own
 *   reports of a year, its evidence of 30 days, and the reports of 64 validators of a year.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { blake2b } from "@noble/hashes/blake2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { Duration, Effect, Schema } from "effect"
import { fromPublicKey, Hash32 } from "../../src/domain/Account.ts"
import { BLOCK_SECONDS } from "../../src/domain/Blocks.ts"
import { evidenceOf, type MinerScores, signedEpochEvidence } from "../../src/domain/EpochEvidence.ts"
import { fromSeed } from "../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, type Report, signedReport } from "../../src/domain/Report.ts"
import { cellsOf, compareRecords, rootedIn, type ScoredRecord } from "../../src/domain/ScoredRecord.ts"
import { make } from "../../src/layers/storage/dataFolder/Reports.ts"
import { megabytesOf as heldMegabytes } from "../machine.ts"
import { plainCheck, plainText } from "./plain.ts"

const [UIDS, PULL_REQUESTS, VALIDATORS, RUNS] = [256, 2_000, 64, 25]

const EPOCHS_A_DAY = (24 * 60 * 60) / (360 * BLOCK_SECONDS)
const RETENTION = { reports: Duration.days(365), evidence: Duration.days(30) }

const bytesOf = (text: string) => blake2b(new TextEncoder().encode(text), { dkLen: 32 })
const commitOf = (text: string) => bytesToHex(bytesOf(text)).slice(0, 40)
const hotkeys = Array.from({ length: UIDS }, (_, uid) => fromPublicKey(bytesOf(`hotkey ${uid}`)))
const key = fromSeed(new Uint8Array(32).fill(1))

/** A repeatable score with all its digits. */
const scoreOf = (number: number, most: number) => (Math.imul(number + 1, 0x9e3779b1) >>> 0) / 2 ** 32 / (1 / most)

const uidOf = (number: number) => 1 + (number % (UIDS - 1))

const recordOf = (number: number): ScoredRecord => ({
  uid: uidOf(number),
  repository: `owner-${Math.floor(number / 40)}/repository`.padEnd(24, "-"),
  side: "author",
  number: number + 1,
  author: String(10_000_000 + uidOf(number)),
  finder: null,
  base: commitOf(`base ${number}`),
  head: commitOf(`head ${number}`),
  state: "MERGED",
  mergedAt: 1_785_000_000_000_000 + number,
  methods: { "tree-diff": 1 + (number % 5), "line-count": 1 },
  tokens: scoreOf(number, 300),
  source: scoreOf(number, 250),
  total: scoreOf(number, 320),
  score: Math.round(scoreOf(number, 30) * 100) / 100,
  points: Math.round(scoreOf(number, 30) * 100) / 100,
  issue: 1,
  label: 1,
  decay: 0.97,
  review: 1,
  spam: 1,
  credibility: 1,
  share: null,
  earned: Math.round(scoreOf(number, 30) * 970_000),
  less: 0,
  full: 0,
  kept: null
})

/** Records of this many pull requests. */
const recordsOf = (count: number) => Array.from({ length: count }, (_, number) => recordOf(number)).toSorted(compareRecords)

const records = recordsOf(PULL_REQUESTS)

/** Including the parts that `scoreMiners` writes for each pull request. */
const miners: ReadonlyArray<MinerScores> = hotkeys.slice(1).map((hotkey, index) => {
  const own = records.filter(({ uid }) => uid === index + 1)
  const components = {
    merged: own.length,
    open: 0,
    closed: 0,
    credibility: 1,
    eligible: true,
    collateral: 0,
    pull_requests: own.map(({ number, state, score, tokens, earned }) => ({
      number,
      state,
      base: score,
      tokens,
      issue: 1,
      label: 1,
      decay: 0.97,
      review: 1,
      spam: 1,
      earned: earned / 1_000_000,
      collateral: 0
    }))
  }
  return {
    uid: index + 1,
    hotkey,
    account: String(10_000_000 + index),
    repositories: [{ repository: "owner/repository", pullRequests: 1.5, issues: 0, components }]
  }
})

const encode = Schema.encodeSync(signedReport.Text)
const decode = Schema.decodeSync(signedReport.Text)

const reportOf = (epoch: number): Report => ({
  format: REPORT_FORMAT,
  netuid: 74,
  genesis: Hash32.make(`0x${"ab".repeat(32)}`),
  epoch,
  block: epoch * 360,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: key.address,
  settlement: null,
  miners: [...cellsOf(records)].map(([uid, cells]) => ({ uid, hotkey: hotkeys[uid] ?? key.address, cells })),
  repositories: [],
  ...rootedIn(records, key.address)
})

const tenths = (value: number) => Math.round(value * 10) / 10

const medianOf = (times: ReadonlyArray<number>) => tenths(times.toSorted((left, right) => left - right)[times.length >> 1] ?? 0)

/** The median durations in ms of two implementations, run alternately. */
const compared = (ours: () => unknown, plain: () => unknown): readonly [number, number] => {
  const spent = (run: () => unknown) => {
    const before = performance.now()
    run()
    return performance.now() - before
  }
  const pairs = Array.from({ length: RUNS }, () => [spent(ours), spent(plain)] as const)
  return [medianOf(pairs.map(([time]) => time)), medianOf(pairs.map(([, time]) => time))]
}

/** The memory of what `make` returns, in megabytes. */
const megabytesOf = (make: () => unknown): number => {
  const used = () => {
    Bun.gc(true)
    return process.memoryUsage().heapUsed
  }
  const before = used()
  const made = make()
  const megabytes = (used() - before) / 1e6
  // Uses the result last, so that it is not collected before the measurement.
  return made === undefined ? Number.NaN : tenths(megabytes)
}

/** The size of the files of such a period, in megabytes. */
const stored = (bytes: number, time: Duration.Duration) => Math.round((bytes * EPOCHS_A_DAY * Duration.toDays(time)) / 1e6)

/** Measures and returns the figures under their JSON names. */
export const report = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const [first, parts] = [reportOf(1), { records, kept: [], miners }]
  const text = encode(signedReport.sign(first, key))
  const plain = plainText(first, records, key)
  const [buildMs, plainBuildMs] = compared(
    () => encode(signedReport.sign(reportOf(1), key)),
    () => plainText(first, records, key)
  )
  const [verifyMs, plainVerifyMs] = compared(
    () => decode(text),
    () => plainCheck(plain, key)
  )
  const evidenceText = Schema.encodeSync(signedEpochEvidence.Text)(signedEpochEvidence.sign(evidenceOf(first, parts), key))
  const archive = yield* make(folder, key, RETENTION)
  Bun.gc(true)
  // Resets the process's peak memory to its present memory (man 5 proc).
  writeFileSync("/proc/self/clear_refs", "5")
  const [resident, before] = [heldMegabytes("self", "VmRSS"), performance.now()]
  yield* archive.keep(first, parts)
  const keepMs = Math.round(performance.now() - before)
  const keepPeakMegabytes = tenths(heldMegabytes("self", "VmHWM") - resident)
  const [reportBytes, evidenceBytes] = [statSync(join(folder, "1.report.json")).size, statSync(join(folder, "1.evidence.json.gz")).size]
  return {
    uids: UIDS,
    records: PULL_REQUESTS,
    reportBytes,
    buildMs,
    plainBuildMs,
    buildToPlain: tenths(buildMs / plainBuildMs),
    verifyMs,
    plainVerifyMs,
    verifyToPlain: tenths(verifyMs / plainVerifyMs),
    keepMs,
    keepPeakMegabytes,
    evidenceBytes,
    evidenceTextBytes: Buffer.byteLength(evidenceText),
    evidenceMegabytes: megabytesOf(() => Schema.decodeSync(signedEpochEvidence.Text)(evidenceText)),
    peersMegabytes: megabytesOf(() => Array.from({ length: VALIDATORS }, () => decode(text))),
    ownYearMegabytes: stored(reportBytes, RETENTION.reports),
    evidenceMonthMegabytes: stored(evidenceBytes, RETENTION.evidence),
    peersYearMegabytes: stored(reportBytes * VALIDATORS, RETENTION.reports)
  }
}).pipe(Effect.scoped)
