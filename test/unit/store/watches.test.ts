import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import { folder } from "../../support/folder.ts"
import { account } from "../../support/rules/world.ts"

const CONTRACT = account("contract", 1)
describe("Watches", () => {
  it.scoped("are there again after a restart, for their chain and contract alone", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "watches.sqlite")
      const reopened = (chain: string) => Watches.make({ file, chain })
      const held = new Map([
        ["3", { says: "gone", lastLook: 900, blocks: 600 }],
        ["7", { says: "gone", lastLook: 910, blocks: 0, last: "MEMBER" }]
      ])
      yield* Effect.flatMap(reopened("one"), (store) => store.change(CONTRACT, held)).pipe(Effect.scoped)
      const store = yield* reopened("one")
      assert.deepStrictEqual(yield* store.of(CONTRACT), held)
      assert.strictEqual((yield* store.of(account("contract", 2))).size, 0)
      assert.strictEqual((yield* Effect.flatMap(reopened("two"), (other) => other.of(CONTRACT))).size, 0)
      const later = { says: "gone", lastLook: 925, blocks: 15 }
      yield* store.change(
        CONTRACT,
        new Map([
          ["3", undefined],
          ["7", later]
        ])
      )
      assert.deepStrictEqual([...(yield* store.of(CONTRACT))], [["7", later]])
    })
  )

  it.scoped("begin anew from a damaged file, which is moved aside", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = join(path, "watches.sqlite")
      writeFileSync(file, "this is no database at all, whatever its name says".repeat(40))
      const store = yield* Watches.make({ file, chain: "one" }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
      assert.strictEqual((yield* store.of(CONTRACT)).size, 0)
      assert.isTrue(readdirSync(path).some((name) => name.includes(".damaged-")))
    })
  )

  it.scoped("say what is wrong with the disk", () =>
    Effect.gen(function* () {
      const path = yield* folder
      writeFileSync(join(path, "file"), "")
      const error = yield* Effect.flip(Watches.make({ file: join(path, "file", "watches.sqlite"), chain: "one" }))
      assert.match(error.message, /^the record of looks .* cannot be opened for writing/)
    })
  )

  it.scoped("of a dry run begin with those of the file, and stay in memory", () =>
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
