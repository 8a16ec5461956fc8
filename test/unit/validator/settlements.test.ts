/** The consensus files: other validators' reports and settlements survive a restart, and damaged ones are skipped. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { signedReport } from "../../../src/domain/Report.ts"
import type { Settlement } from "../../../src/domain/Settlement.ts"
import * as PeerArchive from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import * as Settlements from "../../../src/layers/storage/dataFolder/Settlements.ts"
import { folder } from "../../support/folder.ts"
import { report, validator } from "../../support/validator/reports.ts"

const YEAR = Duration.days(365)
/** The epochs of a year at a tempo of 360. */
const EPOCHS = 7_300

const withArchive = <A, E>(path: string, use: (archive: PeerArchive.PeerArchive["Type"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(PeerArchive.PeerArchive, use).pipe(Effect.provide(PeerArchive.layer(path, YEAR)))
const withSettlements = <A, E>(path: string, use: (settlements: Settlements.Settlements["Type"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(Settlements.Settlements, use).pipe(Effect.provide(Settlements.layer(path, YEAR)))

const settlement = (epoch: number, roster = "a".repeat(64)): Settlement => ({
  format: "gittensor/settlement/v1",
  epoch,
  block: 360 * epoch,
  roster,
  voters: [{ hotkey: validator.address, stake: 12_345_678_901_234_567_890n, report: null }],
  quorum: false,
  previous: null,
  cells: [],
  repositories: []
})

describe("other validators' reports", () => {
  const signed = signedReport.sign(report(8_000), validator)

  it.scoped("are there after a restart, and the first one stays", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* withArchive(path, ({ keep }) => keep(signed))
      yield* withArchive(path, ({ of, find, keep }) =>
        Effect.gen(function* () {
          yield* keep(signedReport.sign({ ...report(8_000), program: "2.0.0" }, validator))
          assert.deepStrictEqual([...(yield* of(8_000))], [[validator.address, signed]])
          assert.deepStrictEqual(yield* find(8_000, validator.address), signed)
          assert.isUndefined(yield* find(7_999, validator.address))
        })
      )
    })
  )

  it.scoped("are left out where a file is damaged, cut off or another's, and fetched again", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* withArchive(path, ({ keep }) => keep(signed))
      const [name = ""] = readdirSync(join(path, "8000"))
      mkdirSync(join(path, "8001"))
      writeFileSync(join(path, "8001", name), Bun.gzipSync(Buffer.from(JSON.stringify(signed))))
      writeFileSync(join(path, "8000", name), "not compressed")
      writeFileSync(join(path, "8000", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty.json.gz.unfinished"), "x")
      yield* withArchive(path, ({ of, keep }) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* of(8_001)).size, 0)
          assert.strictEqual((yield* of(8_000)).size, 0)
          yield* keep(signed)
        })
      )
      assert.deepStrictEqual(readdirSync(join(path, "8000")), [name])
      yield* withArchive(path, ({ find }) => Effect.map(find(8_000, validator.address), (found) => assert.deepStrictEqual(found, signed)))
    })
  )

  it.scoped("are deleted after a year", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* withArchive(path, ({ keep, retire }) =>
        Effect.gen(function* () {
          yield* keep(signed)
          yield* retire(8_000 + EPOCHS, 360)
          assert.deepStrictEqual(readdirSync(path), ["8000"])
          yield* retire(8_001 + EPOCHS, 360)
          assert.deepStrictEqual(readdirSync(path), [])
        })
      )
    })
  )
})

describe("settlements", () => {
  it.scoped("are written once", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* withSettlements(path, ({ keep }) => keep(settlement(7)))
      yield* withSettlements(path, ({ keep, read }) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* keep(settlement(7, "b".repeat(64))), settlement(7))
          assert.deepStrictEqual(yield* read(7), settlement(7))
          assert.isUndefined(yield* read(8))
        })
      )
    })
  )

  it.scoped("are left out where a file is damaged or of another epoch, and an unwritable folder is named", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* withSettlements(path, ({ keep, read, retire }) =>
        Effect.gen(function* () {
          yield* keep(settlement(7))
          writeFileSync(join(path, "8.json"), JSON.stringify({ epoch: 8 }))
          writeFileSync(join(path, "9.json"), "{")
          for (const epoch of [8, 9]) assert.isUndefined(yield* read(epoch))
          yield* retire(EPOCHS + 9, 360)
          assert.deepStrictEqual(readdirSync(path), ["9.json"])
          rmSync(path, { recursive: true })
          const error = yield* Effect.flip(keep(settlement(10)))
          assert.include(error.message, `the settlements in ${path} failed at "write"`)
        })
      )
    })
  )
})
