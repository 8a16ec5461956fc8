/** The weights that a validator sends by consensus: agreed ones, its present ones on chain, or its own. A UID that changed hands gets nothing. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { consensusWeights } from "../../../src/consensus/consensusWeights.ts"
import type { Neuron } from "../../../src/domain/Metagraph.ts"
import type { Settlement } from "../../../src/domain/Settlement.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { Settlements } from "../../../src/layers/storage/dataFolder/Settlements.ts"
import { agreedShares } from "../../../src/rules/contributions/rewards.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { hotkey } from "../../support/rules/world.ts"
import { oneRepository } from "../../support/validator/reports.ts"

const TEMPO = 360
const CUTOFF = 5_000
const EPOCH = { index: 100, firstBlock: 36_000 }
const AT = { number: 36_200, hash: "0x1" }
const VALIDATOR = 9

const settlement = (values: ReadonlyArray<readonly [uid: number, key: number, net: number]>, epoch = EPOCH.index): Settlement => ({
  format: "gittensor/settlement/v1",
  epoch,
  block: epoch * TEMPO,
  roster: "0".repeat(64),
  voters: [],
  quorum: values.length > 0,
  previous: null,
  cells: values.map(([uid, key, net]) => ({
    uid,
    hotkey: hotkey(key),
    repository: "acme/gadgets",
    side: "author" as const,
    net,
    full: 0,
    measuredIn: epoch
  })),
  repositories: []
})

interface World {
  readonly settled: Settlement
  /** Earlier epochs that were settled with weights. */
  readonly decided?: ReadonlyArray<number>
  /** Earlier epochs of which there is no settlement. The others were settled without weights. */
  readonly unknown?: ReadonlyArray<number>
  /** The validator's weights on chain, and the block in which they were set. */
  readonly weights?: ReadonlyArray<readonly [uid: number, value: number]>
  readonly lastUpdate?: number
  /** UIDs that changed hands since this block. */
  readonly changed?: Readonly<Record<number, number>>
}

const neuronOf = (uid: number, { lastUpdate = EPOCH.firstBlock - 100, changed = {} }: World): Neuron => ({
  uid,
  hotkey: changed[uid] === undefined ? hotkey(uid) : hotkey(100 + uid),
  coldkey: hotkey(uid),
  stake: 0n,
  validatorPermit: uid === VALIDATOR,
  axon: null,
  lastUpdate: uid === VALIDATOR ? lastUpdate : 0,
  registeredAt: changed[uid] ?? 1
})

const decide = (world: World) => {
  const { settled, decided = [], unknown = [], weights = [] } = world
  const neurons = Array.from({ length: 10 }, (_, uid) => neuronOf(uid, world))
  /** A map is read in two steps: its keys, then the values. */
  const answers: Readonly<Record<string, unknown>> = { "subtensorModule.weights": [weights], metagraph: { activityCutoff: CUTOFF } }
  const services = Layer.mergeAll(
    Layer.succeed(
      Chain,
      silentChain({
        readAt: <A>(operation: string, hash: string) => {
          assert.strictEqual(hash, AT.hash)
          return Effect.succeed(answers[operation] as A)
        },
        storageAt: (_keys, hash) => {
          assert.strictEqual(hash, AT.hash)
          return Effect.succeed(["0x"])
        }
      })
    ),
    Layer.mock(Subnet, { netuid: 74 }),
    Layer.mock(Settlements, {
      read: (epoch) =>
        Effect.succeed(unknown.includes(epoch) ? undefined : settlement(decided.includes(epoch) ? [[1, 1, 1_000_000]] : [], epoch))
    })
  )
  const metagraph = { netuid: 74, block: AT.number, neurons }
  return consensusWeights({ epoch: EPOCH, settlement: settled, tempo: TEMPO, metagraph, at: AT }, hotkey(VALIDATOR)).pipe(
    Effect.provide(services)
  )
}

describe("weights by consensus", () => {
  it.effect("are the agreed ones, without a UID that changed hands since the epoch began", () =>
    Effect.gen(function* () {
      const settled = settlement([
        [1, 1, 600_000],
        [2, 2, 300_000]
      ])
      assert.deepStrictEqual(yield* decide({ settled }), { _tag: "Agreed" })
      const neurons = [0, 1, 2].map((uid) => neuronOf(uid, { settled, changed: { 2: EPOCH.firstBlock + 10 } }))
      assert.deepStrictEqual([...agreedShares(settled, oneRepository, { neurons })], [[1, 666_667]])
    })
  )

  it.effect("stay as they are without consensus while the chain still counts them", () =>
    Effect.gen(function* () {
      const found = yield* decide({ settled: settlement([]), decided: [99], weights: [[1, 65_535]] })
      assert.deepStrictEqual(found, { _tag: "Left" })
    })
  )

  it.effect("are sent again before the chain stops counting them, never for a UID that changed hands", () =>
    Effect.gen(function* () {
      const lastUpdate = AT.number + TEMPO - CUTOFF - 1
      const world: World = {
        settled: settlement([]),
        decided: [99],
        lastUpdate,
        changed: { 2: lastUpdate + 1 },
        weights: [
          [1, 65_535],
          [2, 30_000],
          [3, 100]
        ]
      }
      assert.deepStrictEqual(yield* decide(world), {
        _tag: "Held",
        weights: [
          { uid: 1, value: 65_535 },
          { uid: 3, value: 100 }
        ]
      })
      assert.deepStrictEqual(yield* decide({ ...world, lastUpdate: lastUpdate + 1, changed: {} }), { _tag: "Left" })
    })
  )

  it.effect("are the validator's own after fourteen epochs without consensus, or with nothing to hold", () =>
    Effect.gen(function* () {
      const held: World = { settled: settlement([]), decided: [EPOCH.index - 14], weights: [[1, 65_535]] }
      assert.strictEqual((yield* decide(held))._tag, "Left")
      const tired = yield* decide({ ...held, decided: [EPOCH.index - 15] })
      assert.deepStrictEqual(tired, {
        _tag: "Own",
        why: "there has been no consensus for 15 epochs, and weights are kept for 14"
      })
      assert.strictEqual(
        (yield* decide({ ...held, decided: [], unknown: [EPOCH.index - 14] }))._tag,
        "Left",
        "an empty folder is no absence"
      )
      const nothing = yield* decide({ ...held, weights: [] })
      assert.deepStrictEqual(nothing, { _tag: "Own", why: "there is no consensus, and no weights on the chain to hold" })
    })
  )
})
