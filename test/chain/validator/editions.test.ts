/** Validators of two programs keep one contract up, before and after it is upgraded: the second one runs the program of the next edition. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { layer as chainLayer } from "../../../src/layers/chain/Chain.ts"
import * as Journal from "../../../src/layers/store/Journal.ts"
import * as Subnet from "../../../src/layers/subnet/Subnet.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as HotkeyGuard from "../../../src/roles/validator/HotkeyGuard.ts"
import * as SubnetEnd from "../../../src/roles/validator/SubnetEnd.ts"
import { keyOf } from "../../support/cli/support.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { nextProgram, type Program, today } from "../../support/contract/nextProgram.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { changed, solved, started } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { newest } from "../rounds/newest.ts"

const DAY = 40

/** A validator's upkeep at the newest block, by its program. */
const upkeepOf = (stage: World, uri: string, { contract, loop, sender }: Program) =>
  Effect.gen(function* () {
    const key = yield* keyOf(uri)
    const known = yield* Layer.build(
      Layer.effect(sender.Sender, sender.make(key)).pipe(
        Layer.provideMerge(Layer.effect(SubnetEnd.SubnetEnd, SubnetEnd.make)),
        Layer.provideMerge(Layer.mergeAll(contract.layer(stage.contract), Subnet.layer(NETUID), Concerns.layer, HotkeyGuard.unopposed)),
        Layer.provideMerge(Layer.effect(Journal.Journal, Journal.make(":memory:"))),
        Layer.provideMerge(chainLayer([stage.endpoint]))
      )
    )
    const step = yield* Effect.provide(loop.make(key), known)
    return Effect.provide(Effect.flatMap(newest(stage), step), known)
  })

describe("validators of two programs", () => {
  it.scopedLive("harvest, note, settle and pay on a contract of either edition", () =>
    Effect.gen(function* () {
      const stage = yield* world({ day: DAY, challengePeriod: DAY, ownerDelay: DAY, recycleAfter: 7 * DAY, collateralBps: 1_000 })
      const [ours, theirs] = [yield* today, yield* nextProgram]
      const later = stage.by(theirs.artifact.contractCodec)
      const upkeeps = yield* Effect.forEach(VALIDATORS, (uri) => upkeepOf(stage, uri, uri === VALIDATORS[1] ? theirs : ours))
      const oneBlock = Effect.gen(function* () {
        yield* stage.toBlock((yield* stage.block) + 1)
        for (const upkeep of upkeeps) yield* upkeep
      })
      const until = (is: Effect.Effect<boolean, Error>) => Effect.repeat(Effect.zipRight(oneBlock, is), { until: Boolean })
      const statusOf = (id: number) => Effect.map(stage.read("issue", { id }), (issue) => issue?.status._tag)
      for (const uid of [5, 6]) yield* bonded(stage, uid, 40n * ALPHA)

      /** A bounty, from its registration to its payment, of which nobody but the validators takes care. */
      const played = (issue: number) =>
        Effect.gen(function* () {
          yield* stage.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: issue, bounty: BOUNTY })
          yield* stage.feed(BOUNTY + ALPHA)
          yield* until(Effect.map(statusOf(issue), (status) => status === "Open"))
          const match = yield* started(stage, issue, [5, 6])
          yield* stage.toBlock((yield* stage.read("competition", { id: match }))?.submissionsFrom ?? 0)
          const { turnedAt } = yield* stage.read("validators", {})
          yield* stage.ok(VALIDATORS[0], "voteOutcome", { issue, choice: yield* solved(5) })
          yield* later.ok(VALIDATORS[1], "voteOutcome", { issue, choice: yield* solved(5) })
          yield* until(Effect.map(statusOf(issue), (status) => status === "Paid"))
          assert.isAbove((yield* stage.read("validators", {})).turnedAt, turnedAt, "a day was noted")
          return yield* stage.stake(stage.treasuryHotkey, (yield* miner(5)).coldkey)
        })

      assert.strictEqual(yield* played(1), BOUNTY)
      assert.strictEqual(yield* transact(stage, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      yield* changed(later, "setCode", { codeHash: next.hash })
      assert.strictEqual(yield* stage.read("version", {}), next.edition)
      assert.strictEqual(yield* played(2), 2n * BOUNTY)
    }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.Warning)))
  )
})
