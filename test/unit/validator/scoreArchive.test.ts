import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Schema } from "effect"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { signedEpochScores } from "../../../src/domain/EpochScores.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { layerDryRun, make as makeWith, readOnly, ScoreArchive } from "../../../src/layers/store/ScoreArchive.ts"
import { epochScores, validator } from "../../support/validator/epochScores.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-scores-"))),
  (path) =>
    Effect.sync(() => {
      chmodSync(path, 0o700)
      rmSync(path, { recursive: true, force: true })
    })
)

const make = (path: string) => makeWith(path, validator)
const told: Array<string> = []
const listening = Logger.replace(
  Logger.defaultLogger,
  Logger.make(({ message }) => void told.push(String(message)))
)

describe("the archive of scores", () => {
  it.scoped("keeps an epoch's first scores for good, byte for byte", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "scores")
      const archive = yield* make(path)
      assert.isUndefined(yield* archive.read(3))
      assert.deepStrictEqual((yield* archive.keep(epochScores(3))).body, epochScores(3))
      const bytes = readFileSync(join(path, "3.json"), "utf8")
      const other = { ...epochScores(3), scores: [] }
      assert.deepStrictEqual((yield* archive.keep(other)).body, epochScores(3))
      assert.deepStrictEqual((yield* (yield* make(path)).read(3))?.body, epochScores(3))
      assert.strictEqual(readFileSync(join(path, "3.json"), "utf8"), bytes)
      assert.deepStrictEqual(readdirSync(path), ["3.json"])
    })
  )

  it.scoped("returns the newest epochs at or before one, oldest first", () =>
    Effect.gen(function* () {
      const archive = yield* make(yield* folder)
      for (const epoch of [12, 7, 9, 10, 2]) yield* archive.keep(epochScores(epoch))
      const epochs = (found: ReadonlyArray<{ readonly body: { readonly epoch: number } }>) => found.map(({ body }) => body.epoch)
      assert.deepStrictEqual(yield* archive.epochs, [2, 7, 9, 10, 12])
      assert.deepStrictEqual(epochs(yield* archive.recent(10, 3)), [7, 9, 10])
      assert.deepStrictEqual(epochs(yield* archive.recent(8, 3)), [2, 7])
      assert.deepStrictEqual(epochs(yield* archive.recent(-1, 3)), [])
    })
  )

  it.scoped("moves a damaged file aside, says so, and uses the epochs before it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path)
      for (const epoch of [1, 2, 3, 4]) yield* archive.keep(epochScores(epoch))
      writeFileSync(join(path, "3.json"), readFileSync(join(path, "3.json"), "utf8").slice(0, 500))
      // A file under another epoch's name does not count.
      writeFileSync(join(path, "2.json"), readFileSync(join(path, "1.json")))
      told.length = 0
      const found = yield* archive.recent(4, 3).pipe(Effect.provide(listening))
      assert.deepStrictEqual(
        found.map(({ body }) => body.epoch),
        [1, 4]
      )
      assert.match(told.join("\n"), /epoch 3 are invalid \(.*\): moved to .*3\.json\.damaged-/)
      assert.strictEqual(told.length, 2)
      assert.strictEqual(readdirSync(path).filter((name) => name.includes(".damaged-")).length, 2)
      assert.deepStrictEqual(yield* archive.epochs, [1, 4])
      assert.deepStrictEqual((yield* archive.keep(epochScores(3))).body, epochScores(3))
    })
  )

  it.scoped("signs with the validator's hotkey, and refuses a file whose signature does not match", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path)
      const file = join(path, "3.json")
      const signed = yield* archive.keep(epochScores(3))
      assert.deepStrictEqual(Schema.decodeUnknownSync(signedEpochScores.Text)(readFileSync(file, "utf8").trimEnd()), signed)
      const text = readFileSync(file, "utf8")
      const other = fromSeed(new Uint8Array(32).fill(201))
      assert.throws(() => signedEpochScores.sign(epochScores(3), other), /cannot be signed by/)
      const ofOther = signedEpochScores.sign({ ...epochScores(3), validator: other.address }, other)
      const wrong: ReadonlyArray<readonly [string, RegExp]> = [
        [text.replace('"value":93', '"value":94'), /its signature is not by 5/],
        [
          canonicalJson({ body: epochScores(3), signature: signedEpochScores.sign(epochScores(4), validator).signature }),
          /its signature is not by 5/
        ],
        [JSON.stringify({ signature: signed.signature, body: signed.body }), /it is not in canonical form/],
        [JSON.stringify(epochScores(3)), /body: is missing/],
        [Schema.encodeSync(signedEpochScores.Text)(ofOther), /it holds the scores of 5/]
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

  it.scoped("is left unchanged by a dry run, which still scores the epoch", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const kept = yield* (yield* make(path)).keep(epochScores(1))
      writeFileSync(join(path, "2.json"), "{")
      const dryRun = yield* Effect.provide(ScoreArchive, layerDryRun(path, validator))
      assert.deepStrictEqual(yield* dryRun.keep({ ...epochScores(1), scores: [] }), kept)
      assert.deepStrictEqual((yield* dryRun.keep(epochScores(3))).body, epochScores(3))
      assert.isUndefined(yield* dryRun.read(2))
      assert.deepStrictEqual(readdirSync(path).toSorted(), ["1.json", "2.json"])
      assert.deepStrictEqual(yield* readOnly(path).read(1), kept)
    })
  )

  it.scoped("says what to do if it cannot be written", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = join(path, "file")
      writeFileSync(file, "")
      const error = yield* Effect.flip(make(join(file, "scores")))
      assert.match(error.message, /failed at "open" \(.*\): check its disk and its permissions/)
    })
  )
})
