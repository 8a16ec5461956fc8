/** Services that start before their database does. */
import { rmSync, statSync, truncateSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { make } from "../../../src/layers/storage/database/embedded.ts"
import { holdLock } from "../../../src/layers/storage/dataFolder/FolderLock.ts"
import { ask } from "../../support/api/serving.ts"
import { folder, start } from "../../support/cli/support.ts"
import { world } from "../../support/contract/newWorld.ts"
import { filled, mayMount, smallDisk } from "../../support/database/fullDisk.ts"
import { hasPrograms, startCluster, urlOf } from "../../support/database/server.ts"
import { patiently } from "../../support/patiently.ts"

const says = (stderr: () => string, words: string) =>
  Effect.retry(
    Effect.suspend(() => (stderr().includes(words) ? Effect.void : Effect.fail(`"${words}" was not said: ${stderr()}`))),
    patiently
  )

describe("serve with an embedded database", () => {
  it.scopedLive.skipIf(!mayMount)("waits for space to open it", () =>
    Effect.gen(function* () {
      const disk = yield* smallDisk
      const filler = yield* filled(disk)
      // Space for the lock's file.
      truncateSync(filler, statSync(filler).size - 1_000_000)
      const serve = yield* start(["serve", "--port", "0", "--data", disk])
      yield* says(serve.stderr, "can't grow")
      rmSync(filler)
      assert.include(yield* serve.ready, "serving")
    })
  )

  it.scopedLive("leaves its tables to a process that indexes", () =>
    Effect.gen(function* () {
      const data = yield* folder
      const database = join(data, "database")
      yield* Effect.scoped(make(database))
      const writer = yield* Scope.make()
      yield* Scope.extend(holdLock(database, "writer", "writes this database"), writer)
      const serve = yield* start(["serve", "--port", "0", "--data", data])
      yield* says(serve.stderr, "does not have this program's tables yet (it has none)")
      yield* Scope.close(writer, Exit.void)
      assert.include(yield* serve.ready, "serving")
    })
  )
})

describe.skipIf(!hasPrograms)("index and serve", () => {
  it.scopedLive("wait for a database that is down, serve also for its tables, and then work", () =>
    Effect.gen(function* () {
      const of = yield* world()
      const running = yield* Effect.acquireRelease(
        Effect.promise(() => startCluster()),
        (cluster) => Effect.promise(() => cluster.stop("immediate"))
      )
      yield* Effect.promise(() => running.stop("fast"))
      const settings = {
        DATABASE_URL: urlOf(running.port, "postgres"),
        GITTENSOR_ENDPOINT: of.endpoint,
        GITTENSOR_CONTRACT: of.contract,
        GITTENSOR_GITHUB_URL: "http://127.0.0.1:9"
      }
      const serve = yield* start(["serve", "--port", "0", "--json"], settings)
      yield* says(serve.stderr, "ECONNREFUSED")
      yield* Effect.promise(() => running.start())
      yield* says(serve.stderr, "does not have this program's tables yet (it has none)")
      yield* Effect.promise(() => running.stop("fast"))
      const index = yield* start(["index", "--follow", "--json"], settings)
      yield* says(index.stderr, "indexing failed and is tried again")
      yield* Effect.promise(() => running.start())
      const { url } = JSON.parse(yield* serve.ready) as { readonly url: string }
      yield* Effect.retry(
        Effect.filterOrFail(
          ask(`${url}/health`),
          ({ status }) => status === 200,
          () => "not yet"
        ),
        patiently
      )
      for (const { signal, exited } of [serve, index]) assert.strictEqual(yield* Effect.zipRight(signal("SIGTERM"), exited), 0)
    })
  )
})
