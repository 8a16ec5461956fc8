/** The voters of an epoch, compared with the dev chain's own epoch. */
import { assert, describe, it, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { fromPublicKey } from "../../../src/domain/Account.ts"
import * as ChainLayer from "../../../src/layers/chain/node/Chain.ts"
import { type BlockReference, Chain, isPruned } from "../../../src/layers/chain/node/Chain.ts"
import { electorateAt } from "../../../src/layers/chain/subnet/electorate.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { activityCutoffAt } from "../../../src/layers/chain/subnet/selectiveMetagraph.ts"
import { inRequests } from "../../support/devnet/requests.ts"
import { ask, devChain } from "../../support/devnet/support.ts"
import { alpha, netuid, type Stage, stage } from "../../support/runtime/support.ts"

const TEMPO = 20
const CUTOFF = 12

class Scene extends Context.Tag("Scene")<Scene, Stage>() {}

const subnetOf = (endpoint: string, of = netuid) => Layer.fresh(Subnet.layer(of).pipe(Layer.provideMerge(ChainLayer.layer([endpoint]))))

/** Three validators with permits, one with too little stake for a permit, and a miner. The stakes are not round numbers. */
const scene = stage((address) => ({
  subnet: {
    tempo: TEMPO,
    activityCutoff: CUTOFF,
    maxAllowedValidators: 3,
    neurons: [
      { hotkey: address("Hot1"), coldkey: address("Cold1"), stake: Number(600n * alpha + 1n) },
      { hotkey: address("Hot2"), coldkey: address("Cold2"), stake: Number(400n * alpha) },
      { hotkey: address("Hot3"), coldkey: address("Cold3"), stake: Number(250n * alpha + 7n) },
      { hotkey: address("Hot4"), coldkey: address("Cold4"), stake: Number(alpha) },
      { hotkey: address("Hot5"), coldkey: address("Cold5"), stake: 0 }
    ]
  },
  pallet: { stakes: [[address("Hot3"), address("Nominator"), netuid, Number(50n * alpha)]] }
}))

const sceneLayer = Layer.scoped(
  Scene,
  Effect.tap(scene, ({ address, attempt, blocks }) =>
    Effect.gen(function* () {
      const axon = [netuid, 1, 0xcb_00_71_07, 8_091, 4, 4, 0, 0] // 203.0.113.7
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "serveAxon", ...axon), "done")
      yield* blocks(5)
      // A weight for oneself is ignored, but makes the validator active. For the epoch at block 20, block 7 is one too early, and block 8 is not.
      for (const [hotkey, uid] of [
        ["Hot2", 2],
        ["Hot3", 3],
        ["Hot1", 1]
      ] as const)
        assert.strictEqual(yield* attempt(hotkey, "subtensorModule", "setWeights", netuid, [uid], [1], 0), "done")
      yield* blocks(21)
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [0, 5], [10_000, 30_000], 0), "done") // block 31
      assert.strictEqual(yield* attempt("Hot3", "subtensorModule", "setWeights", netuid, [5], [65_535], 0), "done")
      assert.strictEqual(yield* attempt("Nominator", "subtensorModule", "addStake", address("Hot3"), netuid, 3n * alpha), "done")
      yield* blocks(10)
    })
  ).pipe(Effect.orDie)
).pipe((built) => Layer.provideMerge(Layer.unwrapEffect(Effect.map(Scene, ({ node }) => subnetOf(node.endpoint))), built))

const blockAt = (number: number) =>
  Effect.flatMap(Chain, ({ hashOf }) => Effect.map(hashOf(number), (hash): BlockReference => ({ number, hash })))
const electorate = (block: number) => Effect.flatMap(blockAt(block), electorateAt)

/** The chain's answer about its neurons after a block, by another call than the program's. */
const stateAt = (block: number) =>
  Effect.gen(function* () {
    const { hash } = yield* blockAt(block)
    const { readAt } = yield* Chain
    const answer = yield* readAt("state", hash, async ({ call }) => (await call.subnetInfoRuntimeApi?.getSubnetState?.(netuid))?.toJSON())
    return yield* Schema.decodeUnknown(State)(answer)
  })
const State = Schema.Struct({
  active: Schema.Array(Schema.Boolean),
  validatorPermit: Schema.Array(Schema.Boolean),
  dividends: Schema.Array(Schema.Int)
})

layer(sceneLayer, { excludeTestServices: true })("the electorate at a block", (it) => {
  it.effect("is every validator with a permit whose last weights are within the cutoff, as in the chain's own epoch", () =>
    Effect.gen(function* () {
      const { address } = yield* Scene
      const hotkeysAt = (block: number) => Effect.map(electorate(block), ({ voters }) => voters.map(({ hotkey }) => String(hotkey)))
      assert.deepStrictEqual(yield* hotkeysAt(TEMPO), [address("Hot1"), address("Hot3")])
      assert.deepStrictEqual(yield* hotkeysAt(TEMPO - 1), [address("Hot1"), address("Hot2"), address("Hot3")])
      const { active, validatorPermit } = yield* stateAt(TEMPO)
      assert.deepStrictEqual(active, [false, true, false, true, false, false])
      assert.deepStrictEqual(validatorPermit, [false, true, true, true, false, false])
      // Hot1's update in block 9 counts up to and including block 21, Hot3's in block 8 up to and including block 20.
      assert.deepStrictEqual(yield* hotkeysAt(TEMPO + 1), [address("Hot1")])
      assert.deepStrictEqual(yield* hotkeysAt(TEMPO + 2), [])
      assert.strictEqual(yield* Effect.flatMap(blockAt(TEMPO), activityCutoffAt), CUTOFF)
    })
  )

  it.effect("has the stakes that the epoch counted, to the last rao, as they were at that block", () =>
    Effect.gen(function* () {
      const stakesAt = (block: number) => Effect.map(electorate(block), ({ voters }) => voters.map(({ stake }) => stake))
      const [first, third] = [600n * alpha + 1n, 300n * alpha + 7n]
      assert.deepStrictEqual(yield* stakesAt(TEMPO), [first, third])
      // While there is no consensus weight, the epoch pays by stake alone, so dividends are shares of the counted stake.
      const share = (stake: bigint) => Number((65_535n * stake) / (first + third))
      assert.deepStrictEqual((yield* stateAt(TEMPO)).dividends, [0, share(first), 0, share(third), 0, 0])
      assert.deepStrictEqual(yield* stakesAt(32), [first, third])
      assert.deepStrictEqual(yield* stakesAt(33), [first, third + 3n * alpha])
    })
  )

  it.effect("has the axons that were published until then", () =>
    Effect.gen(function* () {
      const axonsAt = (block: number) => Effect.map(electorate(block), ({ voters }) => voters.map(({ axon }) => axon))
      assert.deepStrictEqual(yield* axonsAt(0), [null, null, null])
      assert.deepStrictEqual(yield* axonsAt(1), [{ ip: "203.0.113.7", port: 8_091 }, null, null])
    })
  )

  it.effect("has every neuron with the chain's consensus of that epoch", () =>
    Effect.gen(function* () {
      const { address, read } = yield* Scene
      const { neurons } = yield* electorate(2 * TEMPO)
      assert.deepStrictEqual(
        neurons.map(({ uid, hotkey }) => [uid, String(hotkey)]),
        (["OwnerHot", "Hot1", "Hot2", "Hot3", "Hot4", "Hot5"] as const).map((name, uid) => [uid, address(name)])
      )
      // Hot1 has two thirds of the stake, so its weights of 1/4 and 3/4 are the medians. In parts of 65,535 of all weights.
      const wanted = [16_383, 0, 0, 0, 0, 49_151]
      assert.deepStrictEqual(
        neurons.map(({ consensus }) => consensus),
        wanted
      )
      assert.deepStrictEqual(yield* read("consensus", netuid), wanted)
      const before = yield* electorate(2 * TEMPO - 1)
      assert.deepStrictEqual(
        before.neurons.map(({ consensus }) => consensus),
        [0, 0, 0, 0, 0, 0]
      )
    })
  )

  it.effect("is refused for a subnet that does not exist", () =>
    Effect.gen(function* () {
      const { node } = yield* Scene
      const error = yield* Effect.flip(electorate(TEMPO).pipe(Effect.provide(subnetOf(node.endpoint, 75))))
      assert.deepInclude(error, { _tag: "UnknownSubnet", netuid: 75 })
      assert.match(error.message, /there is no such subnet: is --netuid right\?/)
    })
  )
})

describe("the electorate of a full subnet", () => {
  it.scopedLive("is read with one request, until the node has pruned the block", () =>
    Effect.gen(function* () {
      const hotkeys = Array.from({ length: 255 }, (_, index) => fromPublicKey(new Uint8Array(32).fill(index + 1)))
      const owner = fromPublicKey(new Uint8Array(32).fill(0xaa, 1))
      const { endpoint, port } = yield* devChain({
        blockTime: "manual",
        retention: 10,
        genesis: {
          subtensorModule: {
            subnets: [
              {
                netuid,
                ownerHotkey: owner,
                ownerColdkey: owner,
                tempo: 360,
                alphaEmissionPerBlock: 0,
                neurons: hotkeys.map((hotkey, index) => ({ hotkey, coldkey: hotkey, stake: Number(alpha) + index }))
              }
            ]
          }
        }
      })
      yield* ask(port, "dev_newBlock", { count: 2 })
      yield* Effect.gen(function* () {
        const at = yield* blockAt(1)
        const { voters, neurons } = yield* inRequests(1, electorateAt(at))
        assert.lengthOf(neurons, 256)
        // The 64 validators with the most stake have permits.
        assert.deepStrictEqual(voters, hotkeys.map((hotkey, index) => ({ hotkey, stake: alpha + BigInt(index), axon: null })).slice(-64))
        yield* ask(port, "dev_fastForward", 30)
        const gone = yield* Effect.flip(electorateAt(at))
        assert.strictEqual(gone._tag, "ChainUnavailable")
        assert.isTrue(isPruned(gone), gone.message)
      }).pipe(Effect.provide(subnetOf(endpoint)))
    })
  )
})
