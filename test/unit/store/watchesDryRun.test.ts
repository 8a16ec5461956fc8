/** A dry run records checks as a real run does, and leaves nothing that a later real run counts. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import { folder } from "../../support/folder.ts"

describe("a dry run's watches", () => {
  it.scoped("begin with those of the file, and stay in memory", () =>
    Effect.gen(function* () {
      const options = { file: join(yield* folder, "watches.sqlite"), chain: "test" }
      const before = new Map([["1", { says: "gone", lastLook: 100, blocks: 50 }]])
      const later = new Map([["1", { says: "gone", lastLook: 160, blocks: 110 }]])
      const use = <A, E>(work: (store: Watches.Watches["Type"]) => Effect.Effect<A, E>) => Effect.flatMap(Watches.Watches, work)
      const real = Watches.layer(options)
      yield* use(({ change }) => change("contract", before)).pipe(Effect.provide(real))
      const seen = yield* use(({ change, of }) => Effect.all([of("contract"), change("contract", later), of("contract")])).pipe(
        Effect.provide(Watches.layerDryRun(options))
      )
      assert.deepStrictEqual([seen[0], seen[2]], [before, later])
      assert.deepStrictEqual(yield* use(({ of }) => of("contract")).pipe(Effect.provide(real)), before)
    })
  )
})
