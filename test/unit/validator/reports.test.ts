import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Context, Duration, Effect, Layer, Schema } from "effect"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { signedEpochEvidence } from "../../../src/domain/EpochEvidence.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { signedReport } from "../../../src/domain/Report.ts"
import { layerDryRun, make as makeWith, Reports, readOnly } from "../../../src/layers/storage/dataFolder/Reports.ts"
import { folder } from "../../support/folder.ts"
import { loggingTo } from "../../support/logging.ts"
import { evidenceParts, report, retention, validator } from "../../support/validator/reports.ts"

const make = (path: string) => makeWith(path, validator, retention)
const dryRun = (path: string) => Layer.build(layerDryRun(path, validator)).pipe(Effect.map(Context.get(Reports)))
const keepIn = (archive: Reports["Type"], epoch: number) => archive.keep(report(epoch), evidenceParts(epoch))
const epochsOf = (found: ReadonlyArray<{ readonly epoch: number }>) => found.map(({ epoch }) => epoch)

const told: Array<string> = []
const listening = loggingTo(told)

describe("the archive of reports", () => {
  it.scoped("keeps an epoch's first report for good, byte for byte", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "scores")
      const archive = yield* make(path)
      assert.isUndefined(yield* archive.read(3))
      assert.deepStrictEqual((yield* keepIn(archive, 3)).body, report(3))
      const files = ["3.evidence.json.gz", "3.report.json"]
      const bytes = () => files.map((name) => readFileSync(join(path, name), "hex"))
      const written = bytes()
      const other = { ...report(3), miners: [] }
      assert.deepStrictEqual((yield* archive.keep(other, evidenceParts(3))).body, report(3))
      assert.deepStrictEqual((yield* (yield* make(path)).read(3))?.body, report(3))
      assert.deepStrictEqual(bytes(), written)
      assert.deepStrictEqual(readdirSync(path).toSorted(), files)
      const { body } = Schema.decodeUnknownSync(signedEpochEvidence.Text)(
        gunzipSync(readFileSync(join(path, "3.evidence.json.gz")))
          .toString()
          .trimEnd()
      )
      assert.deepStrictEqual({ records: body.records, kept: body.kept, miners: body.miners }, evidenceParts(3))
    })
  )

  it.scoped("returns the newest epochs at or before one, oldest first", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path)
      for (const epoch of [12, 7, 9, 10, 2]) yield* keepIn(archive, epoch)
      assert.deepStrictEqual(yield* readOnly(path).epochs, [2, 7, 9, 10, 12])
      assert.deepStrictEqual(epochsOf(yield* archive.recent(10, 3)), [7, 9, 10])
      assert.deepStrictEqual(epochsOf(yield* archive.recent(8, 3)), [2, 7])
      assert.deepStrictEqual(epochsOf(yield* archive.recent(-1, 3)), [])
      assert.deepStrictEqual((yield* archive.recent(7, 1))[0]?.miners, report(7).miners)
      assert.deepStrictEqual((yield* archive.lastMiners(11))?.epoch, 10)
      assert.deepStrictEqual((yield* archive.lastMiners(11))?.miners, evidenceParts(10).miners)
      assert.isUndefined(yield* archive.lastMiners(1))
    })
  )

  it.scoped("moves a damaged file aside, says so, and uses the epochs before it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path)
      for (const epoch of [1, 2, 3, 4]) yield* keepIn(archive, epoch)
      writeFileSync(join(path, "3.report.json"), readFileSync(join(path, "3.report.json"), "utf8").slice(0, 500))
      // A file under another epoch's name is ignored.
      writeFileSync(join(path, "2.report.json"), readFileSync(join(path, "1.report.json")))
      told.length = 0
      const found = yield* archive.recent(4, 3).pipe(Effect.provide(listening))
      assert.deepStrictEqual(epochsOf(found), [1, 4])
      assert.match(told.join("\n"), /the report of epoch 3 cannot be used \(.*\): moved to .*3\.report\.json\.damaged-/)
      assert.strictEqual(told.length, 2)
      assert.strictEqual(readdirSync(path).filter((name) => name.includes(".damaged-")).length, 2)
      assert.deepStrictEqual(yield* readOnly(path).epochs, [1, 4])
      assert.deepStrictEqual((yield* keepIn(archive, 3)).body, report(3))
    })
  )

  it.scoped("does without evidence that is damaged, of another report or gone, and keeps the report", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path)
      for (const epoch of [1, 2, 3, 4, 5]) yield* keepIn(archive, epoch)
      const file = (epoch: number) => join(path, `${epoch}.evidence.json.gz`)
      const text = (epoch: number) => gunzipSync(readFileSync(file(epoch))).toString()
      const wrong: ReadonlyArray<readonly [Uint8Array, RegExp]> = [
        [readFileSync(file(5)).subarray(0, 2_000), /the evidence of epoch 5 cannot be used \(/],
        [gzipSync(text(5).replace("acme/gadgets", "acme/gadgetz")), /its signature is not by 5/],
        [readFileSync(file(4)), /it is of epoch 4/]
      ]
      for (const [content, why] of wrong) {
        writeFileSync(file(5), content)
        told.length = 0
        assert.strictEqual((yield* archive.lastMiners(5).pipe(Effect.provide(listening)))?.epoch, 4)
        assert.match(told.join("\n"), why)
        assert.isFalse(existsSync(file(5)))
      }
      const another = { ...report(4), program: "0.2.0" }
      const other = yield* make(join(path, "other"))
      yield* other.keep(another, evidenceParts(4))
      writeFileSync(file(4), readFileSync(join(path, "other", "4.evidence.json.gz")))
      told.length = 0
      assert.strictEqual((yield* archive.lastMiners(5).pipe(Effect.provide(listening)))?.epoch, 3)
      assert.match(told.join("\n"), /it belongs to another report of the epoch/)
      rmSync(file(3))
      assert.strictEqual((yield* archive.lastMiners(5))?.epoch, 2)
      assert.deepStrictEqual(epochsOf(yield* archive.recent(5, 3)), [3, 4, 5])
    })
  )

  it.scoped("gives the records of its reports, after a restart too, as long as the evidence is there", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const first = yield* make(path)
      for (const epoch of [1, 2]) yield* keepIn(first, epoch)
      for (const archive of [first, yield* make(path), yield* dryRun(path)])
        for (const epoch of [1, 2, 1]) assert.deepStrictEqual(yield* archive.records(epoch), evidenceParts(epoch).records)
      assert.isUndefined(yield* first.records(3))
      rmSync(join(path, "2.evidence.json.gz"))
      assert.isUndefined(yield* first.records(2))
    })
  )

  it.scoped("takes no evidence that does not fit the report", () =>
    Effect.gen(function* () {
      const archive = yield* make(yield* folder)
      const { records, ...rest } = evidenceParts(1)
      const misfits = [
        [report(1), records.slice(1)],
        [{ ...report(1), leaves: records.length - 1 }, records]
      ] as const
      for (const [body, shown] of misfits) {
        const cause = yield* archive.keep(body, { ...rest, records: shown }).pipe(Effect.sandbox, Effect.flip)
        assert.match(Cause.pretty(cause), /its records are not those of the report/)
      }
      assert.isUndefined(yield* archive.read(1))
    })
  )

  it.scoped("signs with the validator's hotkey, and refuses a file whose signature does not match", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path)
      const file = join(path, "3.report.json")
      const signed = yield* keepIn(archive, 3)
      assert.deepStrictEqual(Schema.decodeUnknownSync(signedReport.Text)(readFileSync(file, "utf8").trimEnd()), signed)
      const text = readFileSync(file, "utf8")
      const other = fromSeed(new Uint8Array(32).fill(201))
      assert.throws(() => signedReport.sign(report(3), other), /cannot be signed by/)
      const ofOther = signedReport.sign({ ...report(3), validator: other.address }, other)
      const wrong: ReadonlyArray<readonly [string, RegExp]> = [
        [text.replace('"sum":94', '"sum":95'), /its signature is not by 5/],
        [canonicalJson({ body: report(3), signature: signedReport.sign(report(4), validator).signature }), /its signature is not by 5/],
        [JSON.stringify({ signature: signed.signature, body: signed.body }), /it is not in canonical form/],
        [JSON.stringify(report(3)), /body: is missing/],
        [Schema.encodeSync(signedReport.Text)(ofOther), /it is by 5/]
      ]
      for (const [content, why] of wrong) {
        assert.notStrictEqual(content, text)
        writeFileSync(file, content)
        told.length = 0
        assert.isUndefined(yield* archive.read(3).pipe(Effect.provide(listening)))
        assert.match(told.join("\n"), why)
        assert.isFalse(existsSync(file))
      }
    })
  )

  it.scoped("scores an epoch again whose process was killed before the report had its name", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const [evidence, written] = [join(path, "1.evidence.json.gz"), join(path, "1.report.json")]
      yield* keepIn(yield* make(path), 1)
      const [evidenceBytes, reportBytes] = [readFileSync(evidence), readFileSync(written)]
      const clear = () => {
        for (const name of readdirSync(path)) rmSync(join(path, name))
      }
      const states: ReadonlyArray<() => void> = [
        () => writeFileSync(`${evidence}.unfinished`, evidenceBytes.subarray(0, 1_000)),
        () => writeFileSync(`${evidence}.unfinished`, evidenceBytes),
        () => writeFileSync(evidence, evidenceBytes),
        () => {
          writeFileSync(evidence, evidenceBytes)
          writeFileSync(`${written}.unfinished`, reportBytes.subarray(0, 1_000))
        },
        () => {
          writeFileSync(evidence, evidenceBytes)
          writeFileSync(`${written}.unfinished`, reportBytes)
        }
      ]
      for (const state of states) {
        clear()
        state()
        const archive = yield* make(path)
        assert.isUndefined(yield* archive.read(1))
        assert.isUndefined(yield* archive.lastMiners(1), "evidence alone is no measurement")
        assert.deepStrictEqual(yield* readOnly(path).epochs, [])
        // The second attempt may have other scores, because GitHub answers differently.
        const second = { ...report(1), miners: report(1).miners.slice(0, 2) }
        const { kept, records } = evidenceParts(1)
        yield* archive.keep(second, { records, kept, miners: [] })
        assert.deepStrictEqual((yield* archive.read(1))?.body, second)
        assert.deepStrictEqual((yield* archive.lastMiners(1))?.miners, [])
        assert.deepStrictEqual(readdirSync(path).toSorted(), ["1.evidence.json.gz", "1.report.json"])
      }
      clear()
      writeFileSync(evidence, evidenceBytes)
      writeFileSync(written, reportBytes)
      const archive = yield* make(path)
      yield* archive.keep({ ...report(1), miners: [] }, evidenceParts(1))
      assert.deepStrictEqual(readFileSync(written), reportBytes, "a complete report stays")
    })
  )

  it.scoped("deletes evidence and reports after their times, but never the newest sixteen", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* makeWith(path, validator, { reports: Duration.hours(24), evidence: Duration.hours(12) })
      const names = (suffix: string) =>
        readdirSync(path)
          .filter((name) => new RegExp(`^\\d*${suffix.replaceAll(".", "\\.")}$`).test(name))
          .map((name) => Number.parseInt(name, 10))
          .sort((left, right) => left - right)
      const add = (suffix: string, ...epochs: ReadonlyArray<number>) => {
        for (const epoch of epochs) writeFileSync(join(path, `${epoch}${suffix}`), "")
      }
      const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)
      for (const suffix of [".report.json", ".evidence.json.gz"]) add(suffix, ...from(0, 20))
      // 60 blocks are 12 minutes: 120 epochs a day.
      yield* archive.retire(140, 60)
      assert.deepStrictEqual(names(".report.json"), from(4, 16))
      assert.deepStrictEqual(names(".evidence.json.gz"), from(4, 16))
      for (const suffix of [".report.json", ".evidence.json.gz"]) add(suffix, ...from(60, 80))
      yield* archive.retire(140, 60)
      assert.deepStrictEqual(names(".report.json"), from(60, 80), "20 is the oldest that may stay")
      assert.deepStrictEqual(names(".evidence.json.gz"), from(80, 60))
    })
  )

  it.scoped("is left unchanged by a dry run, which still scores the epoch", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const kept = yield* keepIn(yield* make(path), 1)
      writeFileSync(join(path, "2.report.json"), "{")
      const dryRun = yield* Effect.provide(Reports, layerDryRun(path, validator))
      assert.deepStrictEqual(yield* dryRun.keep({ ...report(1), miners: [] }, evidenceParts(1)), kept)
      assert.deepStrictEqual((yield* keepIn(dryRun, 3)).body, report(3))
      assert.isUndefined(yield* dryRun.read(2))
      yield* dryRun.retire(1_000_000, 360)
      assert.deepStrictEqual(readdirSync(path).toSorted(), ["1.evidence.json.gz", "1.report.json", "2.report.json"])
      assert.deepStrictEqual((yield* readOnly(path).miners(1))?.miners, evidenceParts(1).miners)
    })
  )

  it.scoped("says what to do if it cannot be written", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = join(path, "file")
      writeFileSync(file, "")
      const error = yield* Effect.flip(make(join(file, "scores")))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.match(error.message, /failed at "open" \(.*\): check the folder's disk and its permissions/)
    })
  )
})
