/** Executions that the engine left suspended with nothing that would resume them. */
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Layer, Redacted, Schema } from "effect"
import {
  Activity,
  DurableClock,
  layerAlone,
  layerAloneInPostgres,
  ShardGroup,
  Workflow
} from "../../../src/layers/storage/durable/engine.ts"
import { workState } from "../../../src/layers/storage/durable/executions.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
import { eventually } from "../../support/cli/support.ts"
import { freshUrl, postgresIsAvailable } from "../../support/database/support.ts"
import { folder } from "../../support/folder.ts"

const GROUP = "test"
const Work = Workflow.make({
  name: "Work/v1",
  payload: { pauses: Schema.Boolean },
  idempotencyKey: ({ pauses }) => String(pauses)
}).annotate(ShardGroup, () => GROUP)

const inFile = Effect.map(folder, (path) => Layer.provideMerge(layerAlone(GROUP), sqliteLayer(join(path, "work.sqlite"))))
const onServer = Effect.map(freshUrl("empty"), (url) =>
  Layer.provideMerge(layerAloneInPostgres(GROUP), WorkDatabase.layer(Redacted.make(url)))
)

/** A clock on which a second lasts a minute. Sleeps are not shorter. */
const fast = Effect.map(Effect.clock, (clock): Clock.Clock => {
  const start = clock.unsafeCurrentTimeMillis()
  const unsafeCurrentTimeMillis = () => start + 60 * (clock.unsafeCurrentTimeMillis() - start)
  return Object.assign(Clock.make(), { unsafeCurrentTimeMillis, currentTimeMillis: Effect.sync(unsafeCurrentTimeMillis) })
})

for (const { name, skip, place } of [
  { name: "SQLite", skip: false, place: inFile },
  { name: "Postgres", skip: !postgresIsAvailable, place: onServer }
])
  describe.skipIf(skip)(`durable work on ${name}`, () => {
    it.scopedLive("runs again an execution that is suspended with nothing to resume it, and none that pauses", () =>
      Effect.gen(function* () {
        const done: Array<string> = []
        const doing = (what: string) => Effect.sync(() => done.push(what))
        const steps = Work.toLayer(({ pauses }) =>
          Effect.gen(function* () {
            yield* doing(pauses ? "run that pauses" : "run")
            yield* Activity.make({ name: "step", execute: Effect.asVoid(doing(pauses ? "step that pauses" : "step")) })
            if (pauses) yield* DurableClock.sleep({ name: "pause", duration: Duration.days(300) })
          })
        )
        const finished = Effect.map(workState, ({ workflows }) => (workflows[0]?.finished === 1 ? true : undefined))
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient
          yield* Work.execute({ pauses: true }, { discard: true })
          const execution = yield* Work.execute({ pauses: false }, { discard: true })
          yield* eventually("the end", finished)
          // The run and its step, as a worker leaves them that stores its interrupted step after it lost the shard.
          yield* sql`UPDATE cluster_replies SET payload = ${'{"_tag":"Success","value":{"_tag":"Suspended"}}'}
            WHERE request_id IN (SELECT id FROM cluster_messages WHERE entity_id = ${execution})`
          yield* eventually("another end", finished)
          assert.deepStrictEqual(done.toSorted(), ["run", "run", "run that pauses", "step", "step", "step that pauses"])
        }).pipe(Effect.provide(Layer.provideMerge(steps, yield* place)), Effect.withClock(yield* fast))
      })
    )
  })
