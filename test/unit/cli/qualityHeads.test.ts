/** `gittensor quality status`, `retry` and `cancel` on a validator's data folder. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { layerTables, QualityTables } from "../../../src/quality/store/QualityRecords.ts"
import { fails, folder, run } from "../../support/cli/support.ts"
import { gateReport, headOf } from "../../support/quality/heads.ts"

/** A validator's data folder with a failed head, one in progress, and a finished one. */
const dataFolder = Effect.tap(folder, (data) =>
  Effect.gen(function* () {
    const { see, append } = (yield* QualityTables).recordsOf("chain-contract")
    const [failed, gated, done] = [headOf(1), headOf(2, 1), headOf(3)]
    for (const head of [failed, gated, done]) yield* see(head)
    yield* append(failed, { attempt: 1, state: "failed", fault: "provider", reason: "acme/widgets could not be fetched" })
    yield* append(gated, { attempt: 1, state: "gated", gate: gateReport })
    yield* append(done, { attempt: 1, state: "done" })
  }).pipe(Effect.provide(layerTables), Effect.provide(sqliteLayer(join(data, "quality.sqlite"))))
)

const Status = Schema.parseJson(
  Schema.Struct({
    heads: Schema.Record({ key: Schema.String, value: Schema.Number }),
    open: Schema.Array(
      Schema.Struct({ pullRequest: Schema.String, state: Schema.String, attempt: Schema.Number, reason: Schema.NullOr(Schema.String) })
    )
  })
)

describe("gittensor quality on a data folder", () => {
  it.scopedLive("tells what is not judged, tries it again, and cancels it", () =>
    Effect.gen(function* () {
      const data = yield* dataFolder
      const quality = (...words: ReadonlyArray<string>) => run(["quality", ...words, "--data", data])
      const states = Effect.gen(function* () {
        const { stdout } = yield* quality("status", "--json")
        return yield* Schema.decodeUnknown(Status)(stdout)
      })
      const before = yield* states
      assert.deepStrictEqual(before.heads, { failed: 1, gated: 1, done: 1 })
      assert.deepStrictEqual(before.open, [
        { pullRequest: "acme/widgets#1", state: "failed", attempt: 1, reason: "acme/widgets could not be fetched" },
        { pullRequest: "acme/widgets#2", state: "gated", attempt: 1, reason: null }
      ])
      const words = yield* quality("status")
      assert.match(words.stdout, /acme\/widgets#1 +[0-9a-f]{7} +failed +\S+ +acme\/widgets could not be fetched\n/)
      assert.match(words.stdout, /\n0 rows\n$/)

      const again = yield* quality("retry", "Acme/Widgets#1")
      assert.deepStrictEqual(
        [again.code, again.stdout],
        [0, "acme/widgets#1 is judged again: the validator submits attempt 2 after its next snapshot of GitHub\n"]
      )
      fails(yield* quality("retry", "acme/widgets#2"), 1, "acme/widgets#2 is gated: only what failed")
      const cancelled = yield* quality("cancel", "acme/widgets#2", "--json")
      assert.deepStrictEqual(JSON.parse(cancelled.stdout), { pullRequest: "acme/widgets#2", attempt: 1 })
      fails(yield* quality("cancel", "acme/widgets#3"), 1, "acme/widgets#3 is done: there is nothing to cancel")
      fails(yield* quality("cancel", "acme/widgets#9"), 1, "no head of acme/widgets#9 was seen")
      const after = yield* states
      assert.deepStrictEqual(after.heads, { seen: 1, failed: 1, done: 1 })
      assert.deepStrictEqual(
        after.open.map(({ pullRequest, state, attempt }) => [pullRequest, state, attempt]),
        [
          ["acme/widgets#1", "seen", 2],
          ["acme/widgets#2", "failed", 1]
        ]
      )
    })
  )

  it.scopedLive("says so where no validator has worked, and where nothing is named", () =>
    Effect.gen(function* () {
      const data = yield* folder
      fails(yield* run(["quality", "status", "--data", data]), 1, "quality.sqlite does not exist")
      fails(yield* run(["quality", "status"]), 2, "name the validator's data folder by --data")
    })
  )
})
