/** Services that start before their database does. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask } from "../../support/api/serving.ts"
import { start } from "../../support/cli/support.ts"
import { world } from "../../support/contract/newWorld.ts"
import { hasPrograms, startCluster, urlOf } from "../../support/database/server.ts"
import { patiently } from "../../support/patiently.ts"

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
      const says = (stderr: () => string, words: string) =>
        Effect.retry(
          Effect.suspend(() => (stderr().includes(words) ? Effect.void : Effect.fail(`"${words}" was not said: ${stderr()}`))),
          patiently
        )
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
