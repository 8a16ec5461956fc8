/** Settling, paying and noting stake on the real contract: validators take turns, and send a transaction only when something is due. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import { layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import * as Notes from "../../../src/scoring/issue_competitions/notes.ts"
import { type Chore, choresOf } from "../../../src/scoring/issue_competitions/upkeep.ts"
import { account, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ALPHA } from "../../support/contract/settings.ts"
import { decide, openIssue, solved, started, turned } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { newest } from "../rounds/newest.ts"

const DAY = 40

const services = (stage: World) =>
  Layer.mergeAll(Contract.layer(stage.contract), Subnet.layer(NETUID)).pipe(Layer.provideMerge(chainLayer([stage.endpoint])))

/** Each validator's chores at the newest block, without harvests, which are due whenever there is money. */
const chores = (stage: World) =>
  Effect.gen(function* () {
    const head = yield* newest(stage)
    const all = yield* Effect.forEach(VALIDATORS, (name) => Effect.flatMap(account(name), (hotkey) => choresOf(hotkey, head)))
    return all.map((own) => own.filter(({ _tag }) => _tag !== "Harvest"))
  })

const named = (all: ReadonlyArray<ReadonlyArray<Chore>>) => all.map((own) => own.map(({ _tag }) => _tag))

describe("upkeep", () => {
  it.scopedLive("settles what has stood for the wait, and pays the winner at once, one validator after the other", () =>
    Effect.gen(function* () {
      const stage = yield* world({ challengePeriod: 12 })
      const issue = yield* openIssue(stage, 1)
      const id = yield* started(stage, issue, [5, 6])
      const match = yield* stage.stored("competition", { id })
      yield* stage.toBlock(match?.submissionsFrom ?? 0)
      yield* decide(stage, issue, yield* solved(5))
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(named(yield* chores(stage)), [[], [], []], "the votes are new")
        const since = (yield* stage.stored("ballotOutcome", { issue })).map((vote) => vote.since)
        yield* stage.toBlock(Math.max(...since) + 11)
        const first = named(yield* chores(stage))
        assert.deepStrictEqual(first.flat(), ["Settle"])
        // An absent validator's turn passes to the next.
        yield* stage.toBlock(Math.max(...since) + 15)
        assert.deepStrictEqual(named(yield* chores(stage)).flat(), ["Settle", "Settle"])
        yield* stage.ok(STRANGER, "settle", { issue })
        assert.deepStrictEqual(named(yield* chores(stage)).flat(), ["Payout"])
        yield* stage.ok(STRANGER, "payout", { issue })
        assert.deepStrictEqual(named(yield* chores(stage)).flat(), [])
      }).pipe(Effect.provide(services(stage)))
    })
  )

  it.scopedLive("notes the turn of the day, and stake that went away, but nothing else", () =>
    Effect.gen(function* () {
      const stage = yield* world({ day: DAY, challengePeriod: DAY, ownerDelay: DAY, recycleAfter: 7 * DAY })
      yield* turned(stage)
      yield* Effect.gen(function* () {
        const steps = yield* Effect.forEach(VALIDATORS, (name) =>
          Effect.flatMap(account(name), (hotkey) => Notes.make(hotkey, (below) => below - 1))
        )
        const notes = Effect.flatMap(newest(stage), (head) => Effect.forEach(steps, (step) => step(head)))
        assert.deepStrictEqual(named(yield* notes), [[], [], []])
        const [hotkey, coldkey] = ["//Validator3", "//Validator3//cold"]
        const sent = yield* transact(stage, coldkey, "subtensorModule", "removeStake", yield* account(hotkey), NETUID, 1_000n * ALPHA)
        assert.strictEqual(sent, "done")
        assert.deepStrictEqual(named(yield* notes).flat(), ["NoteWeights"], "by the one whose turn it is")
        yield* stage.ok(STRANGER, "noteWeights", {})
        assert.deepStrictEqual(named(yield* notes), [[], [], []])

        const { turnedAt } = yield* stage.read("validators", {})
        yield* stage.toBlock(turnedAt + DAY)
        assert.deepStrictEqual(named(yield* notes).flat(), ["NoteWeights"])
      }).pipe(Effect.provide(services(stage)))
    })
  )
})
