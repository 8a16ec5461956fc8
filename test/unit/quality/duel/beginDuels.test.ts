/** Which pairs of heads the duels' step submits to the judges, and when. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Ref, Stream, TestClock } from "effect"
import { AccountAddress } from "../../../../src/domain/Account.ts"
import { duelKey, duelName } from "../../../../src/domain/quality/DuelRecord.ts"
import type { Head } from "../../../../src/domain/quality/QualityRecord.ts"
import { FinalisedHead } from "../../../../src/layers/chain/node/FinalisedHead.ts"
import { Subnet } from "../../../../src/layers/chain/subnet/Subnet.ts"
import { layer as sqliteLayer } from "../../../../src/layers/storage/sqlite/client.ts"
import { make } from "../../../../src/quality/duel/beginDuels.ts"
import { DuelCourt } from "../../../../src/quality/duel/DuelCourt.ts"
import { DuelTables, layer as duelTables } from "../../../../src/quality/store/DuelTables.ts"
import { layerTables, QualityRecords, layer as recordsLayer } from "../../../../src/quality/store/QualityRecords.ts"
import type { Look } from "../../../../src/scoring/issue_competitions/verdicts.ts"
import { headOf } from "../../../support/quality/heads.ts"
import { competition } from "../../../support/rules/githubRecord.ts"
import { registeredCompetition } from "../../../support/rules/world.ts"

const CONTRACT = "chain-contract"
const [a, b] = [headOf(1), headOf(2, 1)]

const { registered, running } = registeredCompetition({ issue: 3, repository: "acme/widgets" })

/** The competitors of the invented heads. */
const look: Look = {
  issue: registered,
  competition: running,
  facts: {
    ...competition,
    competitors: [
      { hotkey: AccountAddress.make(a.hotkey), githubId: a.account },
      { hotkey: AccountAddress.make(b.hotkey), githubId: b.account }
    ]
  },
  evidence: { _tag: "Deleted" }
}

const randomnessOf = (block: number) => `0x${block.toString(16).padStart(64, "0")}`

/** A chain whose head a test advances. It stores a pulse two blocks after each head. */
const world = Effect.gen(function* () {
  const head = yield* Ref.make(70)
  const submitted: Array<string> = []
  const current = Effect.map(Ref.get(head), (number) => ({ number, hash: `0x${number}` }))
  const tables = Layer.merge(duelTables, recordsLayer(CONTRACT)).pipe(
    Layer.provideMerge(layerTables),
    Layer.provide(sqliteLayer(":memory:"))
  )
  const court = Layer.effect(
    DuelCourt,
    Effect.map(DuelTables, ({ duelsOf }) => ({
      duels: duelsOf(CONTRACT),
      submit: ({ pair }) => Effect.sync(() => void submitted.push(duelKey(pair)))
    }))
  )
  const layer = Layer.mergeAll(
    court,
    Layer.succeed(FinalisedHead, { current, arrivedAt: Effect.succeed(0), changes: Stream.empty }),
    Layer.mock(Subnet, {
      netuid: 74,
      seedAfter: (block, at) => Effect.succeed(at.number < block + 2 ? undefined : randomnessOf(block))
    })
  ).pipe(Layer.provideMerge(tables))
  return { layer, submitted, moveTo: (block: number) => Ref.set(head, block) }
})

const end = (head: Head, state: "done" | "failed" = "done") =>
  Effect.flatMap(QualityRecords, ({ see, append }) => Effect.zipRight(see(head), append(head, { attempt: 1, state })))

/** The first competitor's head in each duel. */
const commits = Effect.flatMap(DuelCourt, ({ duels }) => Effect.map(duels.of(3), (all) => all.map(({ pair }) => pair.a.commit)))

const found = Effect.flatMap(DuelCourt, ({ duels }) =>
  Effect.map(duels.of(3), (all) => all.map(({ pair, seed }) => [duelName(pair), pair.number, seed.block, seed.randomness]))
)

describe("the duels' step", () => {
  it.effect("pairs two heads that are done, by a pulse that came after both were seen", () =>
    Effect.gen(function* () {
      const { layer, submitted, moveTo } = yield* world
      yield* Effect.gen(function* () {
        const step = yield* make
        yield* end(a)
        yield* step([look])
        yield* moveTo(80)
        yield* step([look])
        assert.deepStrictEqual(yield* found, [], "one head is no pair")
        yield* end(b)
        yield* step([look])
        yield* step([look])
        yield* moveTo(81)
        yield* step([look])
        assert.deepStrictEqual(yield* found, [], "no pulse yet")
        yield* moveTo(82)
        yield* step([look])
        assert.deepStrictEqual(yield* found, [["acme/widgets#1 against acme/widgets#2", 42, 80, randomnessOf(80)]])
        yield* step([look])
        assert.lengthOf(yield* found, 1)
        assert.deepStrictEqual(submitted, [duelKey({ a, b }), duelKey({ a, b })])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("waits an hour for a newer head, and not for one that could not be judged", () =>
    Effect.gen(function* () {
      const { layer, moveTo } = yield* world
      yield* Effect.gen(function* () {
        const step = yield* make
        const newer = headOf(1, 0, 2)
        const see = (head: Head) => Effect.flatMap(QualityRecords, (records) => records.see(head))
        yield* end(a)
        yield* end(b)
        yield* see(newer)
        yield* step([look])
        yield* moveTo(90)
        yield* step([look])
        assert.deepStrictEqual(yield* commits, [])
        yield* end(newer, "failed")
        yield* step([look])
        yield* moveTo(92)
        yield* step([look])
        assert.deepStrictEqual(yield* commits, [a.commit])
        // Another one hangs; the rival pushes, and waits an hour.
        yield* see(headOf(1, 0, 3))
        const pushed = headOf(2, 1, 2)
        yield* end(pushed)
        yield* step([look])
        yield* TestClock.adjust(Duration.minutes(59))
        yield* moveTo(95)
        yield* step([look])
        assert.lengthOf(yield* commits, 1)
        yield* TestClock.adjust(Duration.minutes(1))
        yield* step([look])
        yield* moveTo(98)
        yield* step([look])
        assert.deepStrictEqual(yield* commits, [a.commit, a.commit])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("compares the head that GitHub shows after a force-push there and back, not the one that vanished", () =>
    Effect.gen(function* () {
      const { layer, moveTo } = yield* world
      yield* Effect.gen(function* () {
        const step = yield* make
        yield* end(a)
        yield* TestClock.adjust(Duration.minutes(1))
        yield* end(headOf(1, 0, 2))
        yield* TestClock.adjust(Duration.minutes(1))
        yield* Effect.flatMap(QualityRecords, ({ see }) => see(a))
        yield* end(b)
        yield* step([look])
        yield* moveTo(90)
        yield* step([look])
        assert.deepStrictEqual(yield* commits, [a.commit])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("lets nobody spend a budget, or the rival's share of it, by pushing", () =>
    Effect.gen(function* () {
      const { layer, moveTo } = yield* world
      yield* Effect.gen(function* () {
        const step = yield* make
        yield* end(b)
        for (let push = 1; push <= 6; push++) {
          yield* end(headOf(1, 0, push))
          yield* step([look])
          yield* moveTo(100 + 10 * push)
          yield* step([look])
        }
        assert.lengthOf(yield* found, 3)
        // The rival has a share of its own.
        yield* end(headOf(2, 1, 2))
        yield* step([look])
        yield* moveTo(180)
        yield* step([look])
        assert.lengthOf(yield* found, 4)
        yield* end(headOf(1, 0, 7))
        yield* step([look])
        yield* moveTo(190)
        yield* step([look])
        assert.lengthOf(yield* found, 4)
        yield* TestClock.adjust(Duration.hours(25))
        yield* step([look])
        yield* moveTo(200)
        yield* step([look])
        assert.lengthOf(yield* found, 5)
      }).pipe(Effect.provide(layer))
    })
  )
})
