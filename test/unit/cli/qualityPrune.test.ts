/** `gittensor quality prune` and the artefacts. Its deletion of executions is tested with workers. */
import { utimesSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { ArtefactDigest } from "../../../src/domain/quality/Artefact.ts"
import * as Artefacts from "../../../src/layers/storage/objects/Artefacts.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import { fails, folder, run } from "../../support/cli/support.ts"

/** Writes an artefact of this age in days. */
const keep = (place: string, text: string, days: number) =>
  Effect.gen(function* () {
    const digest = yield* Effect.flatMap(Artefacts.Artefacts, ({ put }) => put(new TextEncoder().encode(text), "text/plain"))
    const at = (Date.now() - Duration.toMillis(Duration.days(days))) / 1_000
    utimesSync(join(place, digest.slice(0, 2), `${digest}.txt`), at, at)
    return digest
  }).pipe(Effect.provide(Artefacts.layerFolder(place)))

const has = (place: string, digests: ReadonlyArray<ArtefactDigest>) =>
  Effect.flatMap(Artefacts.Artefacts, (artefacts) => Effect.forEach(digests, artefacts.has)).pipe(
    Effect.provide(Artefacts.layerFolder(place))
  )

/** A validator's data folder without judged heads. */
const dataFolder = Effect.tap(folder, (data) =>
  Effect.void.pipe(Effect.provide(layerTables), Effect.provide(sqliteLayer(join(data, "quality.sqlite"))))
)

describe("gittensor quality prune", () => {
  it.scopedLive("deletes the artefacts that are older than it is told, in the data folder", () =>
    Effect.gen(function* () {
      const data = yield* dataFolder
      const place = join(data, "artefacts")
      const [today, lastWeek, lastMonth] = [yield* keep(place, "a", 0), yield* keep(place, "b", 8), yield* keep(place, "c", 31)]
      const byDefault = yield* run(["quality", "prune", "--data", data])
      assert.deepStrictEqual([byDefault.code, byDefault.stderr], [0, ""])
      assert.strictEqual(byDefault.stdout, `0 finished executions forgotten; 0 rows are left\n1 artefact deleted in ${place}\n`)
      assert.deepStrictEqual(yield* has(place, [today, lastWeek, lastMonth]), [true, true, false])
      const week = yield* run(["quality", "prune", "--keep", "7", "--data", data, "--json"])
      assert.deepStrictEqual(JSON.parse(week.stdout), { forgotten: 0, rows: 0, artefacts: { deleted: 1, where: place } })
      assert.deepStrictEqual(yield* has(place, [today, lastWeek]), [true, false])
    })
  )

  it.scopedLive("deletes where GITTENSOR_ARTEFACTS says, and leaves the data folder's own", () =>
    Effect.gen(function* () {
      const [data, elsewhere] = [yield* dataFolder, yield* folder]
      const own = yield* keep(join(data, "artefacts"), "own", 31)
      const other = yield* keep(elsewhere, "other", 31)
      const pruned = yield* run(["quality", "prune", "--data", data], { GITTENSOR_ARTEFACTS: elsewhere })
      assert.include(pruned.stdout, `1 artefact deleted in ${elsewhere}\n`)
      assert.deepStrictEqual([yield* has(elsewhere, [other]), yield* has(join(data, "artefacts"), [own])], [[false], [true]])
    })
  )

  it.scopedLive("deletes nothing where no validator has worked", () =>
    Effect.gen(function* () {
      const data = yield* folder
      const place = join(data, "artefacts")
      const old = yield* keep(place, "old", 31)
      fails(yield* run(["quality", "prune", "--data", data]), 1, "quality.sqlite does not exist")
      assert.deepStrictEqual(yield* has(place, [old]), [true])
    })
  )
})
