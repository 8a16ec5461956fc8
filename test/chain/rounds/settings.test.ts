/** The settings at a round's start decide the round, whatever changes while it runs, so all validators decide alike. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Setting } from "../../../src/contract-client/generated.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import { layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { pairsOfRound } from "../../../src/scoring/issue_competitions/pairsOfRound.ts"
import { readRoundState } from "../../../src/scoring/issue_competitions/roundState.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ATTEST, ROUND } from "../../support/contract/settings.ts"
import { attested, changed, openIssue } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import type { World } from "../../support/contract/World.ts"
import { newest } from "./newest.ts"

const services = (stage: World) =>
  Layer.mergeAll(Contract.layer(stage.contract), Subnet.layer(NETUID)).pipe(Layer.provideMerge(chainLayer([stage.endpoint])))

const change = (stage: World, ...settings: ReadonlyArray<Setting>) => changed(stage, "setConfig", { settings: [...settings] })

/** The settings by which a validator decides that reads now. */
const seen = (stage: World) =>
  Effect.gen(function* () {
    const head = yield* newest(stage)
    const state = yield* readRoundState(head)
    return { head, state, open: state.openIssues.map(({ id }) => id) }
  })

describe("settings that change in the middle of a round", () => {
  it.scopedLive("apply from the next round on: validators that read before and after decide alike", () =>
    Effect.gen(function* () {
      const stage = yield* world()
      const issue = yield* openIssue(stage, 1)
      yield* attested(stage, issue, [1, 2, 3])
      yield* Effect.gen(function* () {
        const before = yield* seen(stage)
        yield* change(
          stage,
          { _tag: "MaxCompetitionsPerMiner", value: 7 },
          { _tag: "CollateralBps", value: 2_000 },
          { _tag: "QuorumBps", value: 6_000 }
        )
        const after = yield* seen(stage)
        assert.isAbove(after.head.number, before.head.number)
        assert.strictEqual((yield* (yield* Contract.Contract).read("config", {}, after.head)).collateralBps, 2_000)
        assert.deepStrictEqual(after.state, before.state)
        assert.strictEqual(after.state.config.collateralBps, 0)
        // The pair is the one that earlier readers voted for: it needs no collateral.
        const pairings = (yield* pairsOfRound(after.state, after.head)) ?? []
        assert.deepStrictEqual(yield* pairsOfRound(before.state, after.head), pairings)
        assert.deepStrictEqual(
          pairings.map(({ requiredCollateral, attested }) => [requiredCollateral, attested.length]),
          [[0n, 3]]
        )

        yield* stage.toBlock(before.state.place.nextStart)
        const next = yield* seen(stage)
        assert.deepInclude(next.state.config, { maxCompetitionsPerMiner: 7, collateralBps: 2_000 })
        assert.deepStrictEqual(next.open, [issue])
      }).pipe(Effect.provide(services(stage)))
    })
  )

  it.scopedLive("leave a round without issues if its own length or attestation blocks change, until one starts under the new ones", () =>
    Effect.gen(function* () {
      const stage = yield* world()
      const issue = yield* openIssue(stage, 1)
      yield* Effect.gen(function* () {
        const round = Math.floor((yield* stage.block) / ROUND) + 1
        yield* stage.toBlock(round * ROUND)
        assert.deepStrictEqual((yield* seen(stage)).open, [issue])
        yield* change(stage, { _tag: "AttestBlocks", value: ATTEST + 4 })
        const longer = yield* seen(stage)
        assert.deepStrictEqual([longer.state.start.number, longer.open], [round * ROUND, []])
        yield* stage.toBlock((round + 1) * ROUND)
        assert.deepStrictEqual((yield* seen(stage)).open, [issue])

        // Rounds of 16 blocks: the current one started before the change, or its first block lies inside an old round.
        yield* change(stage, { _tag: "RoundLength", value: 16 }, { _tag: "AttestBlocks", value: 5 })
        const changedAt = yield* stage.block
        const { state, open } = yield* seen(stage)
        assert.isBelow(state.start.number, changedAt)
        assert.deepStrictEqual([state.start.number % 16, open], [0, []])
        yield* stage.toBlock(state.place.nextStart)
        const first = yield* seen(stage)
        assert.deepStrictEqual([first.state.start.number, first.open], [state.place.nextStart, [issue]])
        assert.strictEqual(first.state.place.pairsFrom, first.state.start.number + 5)
      }).pipe(Effect.provide(services(stage)))
    })
  )

  it.scopedLive("a contract that was created in this round has nothing to decide in it", () =>
    Effect.gen(function* () {
      // Rounds longer than the chain's age: the contract was created after the first one started.
      const stage = yield* world({ roundLength: 1_000, attestBlocks: 900 })
      yield* openIssue(stage, 1)
      yield* Effect.gen(function* () {
        const { state, open, head } = yield* seen(stage)
        assert.deepStrictEqual([state.start.number, open, state.competitions.length, state.ratings.size], [0, [], 0, 0])
        assert.strictEqual(state.config.roundLength, 1_000)
        assert.deepStrictEqual(yield* (yield* Contract.Contract).competitions(head), [])
      }).pipe(Effect.provide(services(stage)))
    })
  )
})
