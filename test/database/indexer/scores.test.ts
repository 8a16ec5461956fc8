/** The index reads a validator's score archive: each epoch once and completely, after the index has reached it. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import { ArchiveFolder, refreshScores } from "../../../src/dashboard/indexer/refresh/scores.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { REPORT_FORMAT } from "../../../src/domain/Report.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import * as Reports from "../../../src/layers/storage/dataFolder/Reports.ts"
import { variants } from "../../support/database/support.ts"
import { genesisHash } from "../../support/github/silentChain.ts"
import { hotkey } from "../../support/rules/world.ts"
import { minersWith, retention, said } from "../../support/validator/reports.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-scores-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const BLOCKS = 200

/** Blocks 0 to 200 and three miners. */
const chain = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`INSERT INTO chain (genesis_hash, contract, netuid, first_block) VALUES (${genesisHash}, ${hotkey(9)}, 74, 0)`
  yield* sql`INSERT INTO blocks (number, hash, time) SELECT n, '0x' || n, now() FROM generate_series(0, ${BLOCKS}) AS n`
  for (const uid of [1, 2, 3])
    yield* sql`INSERT INTO miners (hotkey, uid, registered_at, first_seen_at) VALUES (${hotkey(uid)}, ${uid}, 0, 0)`
})

const validator = fromSeed(new Uint8Array(32).fill(200))

const keepIn = (archive: Reports.Reports["Type"], epoch: number, netuid = 74) =>
  archive.keep(
    {
      format: REPORT_FORMAT,
      netuid,
      genesis: genesisHash,
      epoch,
      block: epoch * 60,
      roster: "0".repeat(64),
      program: "0.1.0",
      validator: validator.address,
      ...said(minersWith([{ uid: 1, hotkey: hotkey(1), value: 1_000_000 }])),
      ...rootedIn([], validator.address)
    },
    {
      records: [],
      kept: [{ uid: 2, hotkey: hotkey(2), repository: "acme/tool", measuredIn: 0, why: "502" }],
      miners: [
        {
          uid: 1,
          hotkey: hotkey(1),
          account: "100",
          repositories: [{ repository: "Acme/Site", pullRequests: 12.25, issues: 3, components: { merged: 4 } }]
        },
        {
          uid: 2,
          hotkey: hotkey(2),
          account: "200",
          repositories: [{ repository: "acme/tool", pullRequests: 7, issues: 0, components: {} }]
        },
        // A hotkey unknown to the index.
        {
          uid: 9,
          hotkey: hotkey(99),
          account: "900",
          repositories: [{ repository: "acme/tool", pullRequests: 1, issues: 0, components: {} }]
        }
      ]
    }
  )

const rows = Effect.flatMap(
  SqlClient,
  (sql) =>
    sql<Record<string, unknown>>`
    SELECT epoch::integer AS epoch, hotkey, repository, score::float8 AS score, components, block FROM scores ORDER BY epoch, hotkey, repository`
)
const epochs = Effect.map(rows, (all) => [...new Set(all.map(({ epoch }) => epoch))])

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`scores in ${name}`, () => {
    it.scopedLive("are read once, when the index has reached their epoch", () =>
      Effect.gen(function* () {
        yield* chain
        const path = yield* folder
        const archive = yield* Reports.make(path, validator, retention)
        for (const epoch of [1, 2, 4]) yield* keepIn(archive, epoch)
        const take = (looked = new Set<number>()) =>
          refreshScores({ number: BLOCKS, hash: "0x" }, looked).pipe(Effect.provideService(ArchiveFolder, { path }))
        assert.strictEqual(yield* refreshScores({ number: BLOCKS, hash: "0x" }, new Set()), 0, "nowhere to look")
        const looked = new Set<number>()
        assert.strictEqual(yield* take(looked), 2)
        assert.strictEqual(yield* take(looked), 0)
        assert.strictEqual(yield* take(), 0)
        assert.deepStrictEqual(
          (yield* rows).filter(({ epoch }) => epoch === 2),
          [
            {
              epoch: 2,
              hotkey: hotkey(1),
              repository: "Acme/Site",
              score: 15.25,
              components: { contributions: 12.25, discoveries: 3, merged: 4 },
              block: 120
            },
            {
              epoch: 2,
              hotkey: hotkey(2),
              repository: "acme/tool",
              score: 7,
              components: { contributions: 7, discoveries: 0, measured_in: 0, why: "502" },
              block: 120
            }
          ].toSorted((left, right) => (left.hotkey < right.hotkey ? -1 : 1))
        )
        assert.deepStrictEqual(yield* epochs, [1, 2], "block 240 is not indexed")
        const sql = yield* SqlClient
        yield* sql`INSERT INTO blocks (number, hash, time) SELECT n, '0x' || n, now() FROM generate_series(201, 240) AS n`
        yield* refreshScores({ number: 240, hash: "0x" }, looked).pipe(Effect.provideService(ArchiveFolder, { path }))
        assert.deepStrictEqual(yield* epochs, [1, 2, 4])
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("of another chain are refused, and a damaged file is left unchanged", () =>
      Effect.gen(function* () {
        yield* chain
        const path = yield* folder
        const archive = yield* Reports.make(path, validator, retention)
        yield* keepIn(archive, 1)
        writeFileSync(join(path, "2.report.json"), "{")
        yield* keepIn(archive, 3, 75)
        const error = yield* refreshScores({ number: BLOCKS, hash: "0x" }, new Set()).pipe(
          Effect.provideService(ArchiveFolder, { path }),
          Effect.flip
        )
        assert.include(error.message, "the scores of epoch 3")
        assert.deepStrictEqual(yield* epochs, [1])
        assert.deepStrictEqual(readdirSync(path).toSorted(), [
          "1.evidence.json.gz",
          "1.report.json",
          "2.report.json",
          "3.evidence.json.gz",
          "3.report.json"
        ])
      }).pipe(Effect.provide(layer), Logger.withMinimumLogLevel(LogLevel.None))
    )
  })
}
