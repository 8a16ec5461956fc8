import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, type LogLevel } from "effect"
import type { Rating, Ratings } from "../../../src/elo/ratings.ts"
import * as RatingHistory from "../../../src/layers/storage/dataFolder/RatingHistory.ts"
import { folder } from "../../support/folder.ts"
import { account, hotkey } from "../../support/rules/world.ts"

const CONTRACT = account("contract", 1)
const CHAIN = "1122334455667788"
const inFolder = Effect.map(folder, (path) => join(path, "ratings.sqlite"))

const ratings = (...points: ReadonlyArray<readonly [uid: number, rating: number, games: number]>): Ratings =>
  new Map(
    points.map(([uid, rating, games]): [string, Rating] => [
      hotkey(uid),
      { hotkey: hotkey(uid), rating, games, provisional: games < 10, eligible: rating >= 1_200_000, reasons: [] }
    ])
  )

describe("RatingHistory", () => {
  it.scoped("shows a round, best first, and each miner's changes, oldest first", () =>
    Effect.gen(function* () {
      const store = yield* RatingHistory.make({ file: yield* inFolder, chain: CHAIN })
      assert.deepStrictEqual(yield* store.at(CONTRACT, 900), [])
      yield* store.record(CONTRACT, 300, ratings([1, 1_500_000, 0], [2, 1_500_000, 0]))
      yield* store.record(CONTRACT, 600, ratings([1, 1_480_000, 1], [2, 1_520_000, 1]))
      yield* store.record(CONTRACT, 900, ratings([1, 1_480_000, 1], [2, 1_519_000, 1], [3, 1_100_000, 12]))
      assert.deepStrictEqual(yield* store.at(CONTRACT, 900), [
        { hotkey: hotkey(2), block: 900, rating: 1_519_000, games: 1, provisional: true, eligible: true },
        { hotkey: hotkey(1), block: 900, rating: 1_480_000, games: 1, provisional: true, eligible: true },
        { hotkey: hotkey(3), block: 900, rating: 1_100_000, games: 12, provisional: false, eligible: false }
      ])
      const history = yield* store.history(CONTRACT, hotkey(1), 10)
      assert.deepStrictEqual(
        history.map(({ block, rating }) => [block, rating]),
        [
          [300, 1_500_000],
          [600, 1_480_000]
        ]
      )
      assert.deepStrictEqual(
        (yield* store.history(CONTRACT, hotkey(2), 2)).map(({ block }) => block),
        [600, 900]
      )
      assert.deepStrictEqual(yield* store.at(account("contract", 2), 900), [])
    })
  )

  it.scoped("replaces a round that is recorded again, and forgets old ones", () =>
    Effect.gen(function* () {
      const store = yield* RatingHistory.make({ file: yield* inFolder, chain: CHAIN })
      yield* store.record(CONTRACT, 300, ratings([1, 1, 0], [2, 2, 0]))
      yield* store.record(CONTRACT, 300, ratings([2, 3, 0]))
      yield* store.record(CONTRACT, 600, ratings([2, 4, 0]))
      assert.deepStrictEqual(yield* store.history(CONTRACT, hotkey(1), 10), [])
      assert.strictEqual(yield* store.dropBefore(CONTRACT, 600), 1)
      assert.deepStrictEqual(
        (yield* store.history(CONTRACT, hotkey(2), 10)).map(({ rating }) => rating),
        [4]
      )
    })
  )

  it.scoped("shows nothing of another chain, and starts again for the chain that writes", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const [here, there] = yield* Effect.all([CHAIN, "8877665544332211"].map((chain) => RatingHistory.make({ file, chain })))
      assert.isDefined(here)
      assert.isDefined(there)
      if (here === undefined || there === undefined) return
      yield* here.record(CONTRACT, 300, ratings([1, 1_500_000, 0]))
      assert.deepStrictEqual([yield* there.at(CONTRACT, 300), yield* there.history(CONTRACT, hotkey(1), 9)], [[], []])
      yield* there.record(CONTRACT, 600, ratings([2, 1_400_000, 0]))
      assert.deepStrictEqual([yield* here.at(CONTRACT, 600), yield* there.at(CONTRACT, 300)], [[], []])
      assert.lengthOf(yield* there.at(CONTRACT, 600), 1)
    })
  )

  it.scoped("lets several openers write and read one file", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const stores = yield* Effect.all(
        Array.from({ length: 8 }, () => RatingHistory.make({ file, chain: CHAIN })),
        { concurrency: "unbounded" }
      )
      yield* Effect.all(
        stores.map((store, index) => store.record(CONTRACT, 300 * (index + 1), ratings([1, 1_500_000 + index, index]))),
        { concurrency: "unbounded" }
      )
      for (const store of stores) assert.strictEqual((yield* store.history(CONTRACT, hotkey(1), 100)).length, 8)
    })
  )

  it.scoped("replaces a damaged file, keeps the old one aside and warns", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = join(path, "ratings.sqlite")
      yield* Effect.sync(() => writeFileSync(file, Buffer.alloc(5_000, "no database ")))
      const logged: Array<readonly [LogLevel.LogLevel["_tag"], string]> = []
      const recorder = Logger.make(({ logLevel, message }) => logged.push([logLevel._tag, String(message)]))
      const store = yield* RatingHistory.make({ file, chain: CHAIN }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, recorder)))
      yield* store.record(CONTRACT, 300, ratings([1, 1_500_000, 0]))
      assert.strictEqual((yield* store.at(CONTRACT, 300)).length, 1)
      assert.deepStrictEqual(
        logged.map(([level]) => level),
        ["Warning"]
      )
      assert.include(logged[0]?.[1] ?? "", "begun anew")
      assert.isTrue(readdirSync(path).some((name) => name.startsWith("ratings.sqlite.damaged-")))
    })
  )

  it.scoped("replaces a file whose pages were overwritten", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      yield* Effect.scoped(
        Effect.flatMap(RatingHistory.make({ file, chain: CHAIN }), (store) =>
          store.record(CONTRACT, 300, ratings(...Array.from({ length: 400 }, (_, uid) => [uid, 1_500_000, 0] as const)))
        )
      )
      yield* Effect.promise(async () => {
        const bytes = new Uint8Array(await Bun.file(file).arrayBuffer())
        bytes.fill(0xff, 4_096)
        await Bun.write(file, bytes)
      })
      const store = yield* RatingHistory.make({ file, chain: CHAIN })
      assert.deepStrictEqual(yield* store.at(CONTRACT, 300), [])
    })
  )

  it.scoped("fails with the file's name if it cannot write", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "file")
      yield* Effect.sync(() => writeFileSync(path, ""))
      const error = yield* Effect.flip(Effect.scoped(RatingHistory.make({ file: join(path, "ratings.sqlite"), chain: CHAIN })))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.include(error.message, "check its folder")
    })
  )
})
