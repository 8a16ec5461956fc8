/**
 * `gittensor serve --export` as its host runs it: whenever it is killed, a reader finds a complete page of some block, and the next process
 * continues.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Random, Redacted, Schedule } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { isKey } from "../../../src/layers/storage/objects/ObjectStore.ts"
import { HEAD, seed } from "../../support/api/seed.ts"
import { eventually, folder, start } from "../../support/cli/support.ts"
import { freshUrl, postgresIsAvailable } from "../../support/database/support.ts"
import { readExport } from "../../support/export/complete.ts"
import { SEED } from "../../support/seed.ts"

/**
 * At least this many kills, and more until one came before its snapshot was published: on a busy machine the writer may be faster than this test's
 * polling.
 */
const KILLS = 6
/** About this many parts change with a block. */
const CHANGED_PARTS = 8
/** The polling interval of the folder, short enough for a timely kill. */
const OFTEN = Schedule.spaced("5 millis")

/** The objects in a folder, without unfinished files. */
const objectsIn = (place: string): ReadonlyArray<string> =>
  existsSync(place)
    ? readdirSync(place, { recursive: true, encoding: "utf8" }).filter((name) => isKey(name) && statSync(join(place, name)).isFile())
    : []

/** The number of objects written since a time in milliseconds since 1970. */
const writtenSince = (place: string, time: number) => objectsIn(place).filter((name) => statSync(join(place, name)).mtimeMs >= time).length

const readPage = (place: string) => readExport(new Map(objectsIn(place).map((name) => [name, readFileSync(join(place, name))])))

describe.skipIf(!postgresIsAvailable)("gittensor serve --export", () => {
  it.scopedLive("leaves a whole page whenever it is killed, and the next process publishes the newest state", () =>
    Effect.gen(function* () {
      const url = yield* freshUrl("migrated")
      const place = join(yield* folder, "page")
      const serve = start(["serve", "--port", "0", "--json", "--export", place], { DATABASE_URL: url })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* seed
        let block = HEAD
        const nextBlock = Effect.suspend(() => {
          block += 1
          return sql`INSERT INTO blocks (number, hash, time) VALUES (${block}, ${`0x${block}`}, now())`
        })
        const shown = (wanted: number) =>
          eventually(
            `block ${wanted} in the export`,
            Effect.sync(() => {
              const page = readPage(place)
              return page?.isShown === true && page.block === wanted ? page : undefined
            })
          )

        const whole = yield* Effect.scoped(Effect.zipRight(serve, shown(block)))
        assert.isAbove(whole.rows.get("/v1/issues")?.length ?? 0, 0)
        assert.isAbove(whole.rows.get("/v1/artefacts/:digest")?.length ?? 0, 0)
        // A new process writes the files of the page again, then the parts that changed.
        const most = objectsIn(place).filter((name) => !/^(?:data|files)\//.test(name)).length + CHANGED_PARTS
        let oldest = block
        let interrupted = 0
        for (let kill = 0; kill < KILLS || interrupted === 0; kill += 1) {
          yield* nextBlock
          const writes = kill === 0 || kill >= KILLS ? 1 : yield* Random.nextIntBetween(1, most)
          const what = `seed ${SEED}: killed after ${writes} of ${most} files`
          yield* Effect.scoped(
            Effect.gen(function* () {
              const startedAt = Date.now()
              const server = yield* serve
              yield* Effect.sync(() => writtenSince(place, startedAt) >= writes).pipe(
                Effect.repeat({ until: (reached) => reached, schedule: OFTEN }),
                Effect.raceFirst(shown(block))
              )
              yield* server.signal("SIGKILL")
              yield* server.exited
            })
          )
          const page = readPage(place) ?? assert.fail(`${what}: the page is gone`)
          assert.isTrue(page.isShown, what)
          assert.isAtLeast(page.block, oldest, what)
          assert.isAtMost(page.block, block, what)
          oldest = page.block
          if (page.block < block) interrupted += 1
        }
        // A process that is killed while it follows the index.
        yield* nextBlock
        yield* Effect.scoped(
          Effect.gen(function* () {
            const server = yield* serve
            yield* shown(block)
            const changedAt = Date.now()
            yield* nextBlock
            yield* Effect.sync(() => writtenSince(place, changedAt) > 0).pipe(
              Effect.repeat({ until: (reached) => reached, schedule: OFTEN })
            )
            yield* server.signal("SIGKILL")
            yield* server.exited
          })
        )
        assert.isAtLeast(readPage(place)?.block ?? 0, block - 1)
        yield* Effect.scoped(Effect.zipRight(serve, shown(block)))
      }).pipe(Effect.provide(Database.layer({ url: Option.some(Redacted.make(url)), folder: "" })))
    }).pipe(Effect.withRandom(Random.make(SEED)))
  )
})
