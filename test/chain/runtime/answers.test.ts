import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { alpha, netuid, type Stage, stage } from "../../support/runtime/support.ts"

class Scene extends Context.Tag("Scene")<Scene, Stage>() {}

const price = alpha / 4n
const sceneLayer = Layer.scoped(Scene, stage(() => ({ subnet: { alphaPrice: Number(price) } })).pipe(Effect.orDie))

type Answer = Readonly<Record<string, unknown>>

/** A runtime API's answer as plain JSON. */
const ask = (trait: string, method: string, ...args: ReadonlyArray<unknown>): Effect.Effect<unknown, never, Scene> =>
  Effect.flatMap(Scene, ({ api }) =>
    Effect.promise(async () => {
      const call = api.call[trait]?.[method] ?? assert.fail(`the runtime has no ${trait}.${method}`)
      return (await call(...args)).toJSON()
    })
  )
// each test checks the members it uses
const record = (answer: unknown) => answer as Answer
const list = (answer: unknown) => answer as ReadonlyArray<Answer>
const text = (bytes: unknown) => Buffer.from(bytes as ReadonlyArray<number>).toString()

layer(sceneLayer, { excludeTestServices: true })("what clients ask", (it) => {
  it.effect("is answered for every neuron, with the weights that it set", () =>
    Effect.gen(function* () {
      const { attempt, address } = yield* Scene
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [0, 2], [65_535, 1], 0), "done")
      const neurons = list(yield* ask("neuronInfoRuntimeApi", "getNeurons", netuid))
      assert.deepStrictEqual(
        neurons.map(({ hotkey }) => hotkey),
        [address("OwnerHot"), address("Hot1"), address("Hot2")]
      )
      const [, one] = neurons
      assert.deepStrictEqual(one?.weights, [
        [0, 65_535],
        [2, 1]
      ])
      assert.deepStrictEqual(one?.bonds, [])
      assert.deepStrictEqual(yield* ask("neuronInfoRuntimeApi", "getNeuron", netuid, 1), one)
      assert.isNull(yield* ask("neuronInfoRuntimeApi", "getNeuron", netuid, 3))
      const lite = record(yield* ask("neuronInfoRuntimeApi", "getNeuronLite", netuid, 1))
      assert.deepStrictEqual({ ...lite, weights: one?.weights, bonds: [] }, { ...one })
    })
  )

  it.effect("is answered for every subnet, at its price", () =>
    Effect.gen(function* () {
      const { address } = yield* Scene
      const [root, ours, ...others] = list(yield* ask("subnetInfoRuntimeApi", "getAllDynamicInfo"))
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual([root?.netuid, ours?.netuid], [0, netuid])
      assert.strictEqual(text(root?.tokenSymbol), "𝜏")
      assert.strictEqual(text(ours?.tokenSymbol), "γ")
      assert.strictEqual(Number(ours?.taoIn) / Number(ours?.alphaIn), 0.25)
      assert.deepStrictEqual(yield* ask("subnetInfoRuntimeApi", "getDynamicInfo", netuid), { ...ours })
      assert.isNull(yield* ask("subnetInfoRuntimeApi", "getDynamicInfo", 75))
      const state = record(yield* ask("subnetInfoRuntimeApi", "getSubnetState", netuid))
      assert.deepInclude(state, {
        netuid,
        alphaStake: [0, Number(600n * alpha), Number(400n * alpha)],
        validatorPermit: [false, true, true]
      })
      const [, info] = list(yield* ask("subnetInfoRuntimeApi", "getSubnetsInfo"))
      const [, newer] = list(yield* ask("subnetInfoRuntimeApi", "getSubnetsInfoV2"))
      assert.deepInclude(info, { netuid, subnetworkN: 3, owner: address("Owner"), tempo: 1_000 })
      assert.deepInclude(newer, { netuid, subnetworkN: 3, owner: address("Owner"), identity: null })
      const parameters = record(yield* ask("subnetInfoRuntimeApi", "getSubnetHyperparams", netuid))
      assert.deepInclude(parameters, { tempo: 1_000, kappa: 32_767, maxValidators: 64, commitRevealWeightsEnabled: false })
      const more = record(yield* ask("subnetInfoRuntimeApi", "getSubnetHyperparamsV2", netuid))
      assert.deepInclude(more, { ...parameters, yumaVersion: 2, transfersEnabled: true, alphaSigmoidSteepness: { bits: 2 ** 32 } })
    })
  )

  it.effect("is answered for the parts of a metagraph that were asked for, by their numbers", () =>
    Effect.gen(function* () {
      const whole = record(yield* ask("subnetInfoRuntimeApi", "getMetagraph", netuid))
      const names = Object.keys(whole)
      assert.strictEqual(names.length, 72)
      for (const [number, name] of names.entries()) {
        const part = record(yield* ask("subnetInfoRuntimeApi", "getSelectiveMetagraph", netuid, [number]))
        const others = Object.entries(part).filter(([other, value]) => other !== name && other !== "netuid" && value !== null)
        assert.deepStrictEqual(others, [], `${number}: ${name}`)
        if (name !== "identity") assert.deepStrictEqual(part[name], whole[name], `${number}: ${name}`)
      }
      const both = record(yield* ask("subnetInfoRuntimeApi", "getSelectiveMechagraph", netuid, 0, [72, 73]))
      assert.deepStrictEqual([both.validators, both.commitments], [[1, 2], []])
      assert.isNull(yield* ask("subnetInfoRuntimeApi", "getSelectiveMechagraph", netuid, 1, [72]))
      assert.isNull(yield* ask("subnetInfoRuntimeApi", "getSelectiveMetagraph", 75, [1]))
      assert.deepStrictEqual(yield* ask("subnetInfoRuntimeApi", "getMechagraph", netuid, 0), whole)
    })
  )

  it.effect("is answered for a coldkey's stake and for trades", () =>
    Effect.gen(function* () {
      const { attempt, address } = yield* Scene
      assert.strictEqual(yield* attempt("Nominator", "subtensorModule", "addStake", address("Hot1"), netuid, alpha), "done")
      const stake = list(yield* ask("stakeInfoRuntimeApi", "getStakeInfoForColdkey", address("Nominator")))
      assert.deepStrictEqual(
        stake.map((position) => [position.hotkey, position.netuid, position.stake]),
        [[address("Hot1"), netuid, Number(4n * alpha)]]
      )
      const several = yield* ask("stakeInfoRuntimeApi", "getStakeInfoForColdkeys", [address("Nominator"), address("Cold5")])
      assert.deepStrictEqual(several, [
        [address("Nominator"), stake],
        [address("Cold5"), []]
      ])
      const available = record(yield* ask("stakeInfoRuntimeApi", "getStakeAvailabilityForColdkeys", [address("Nominator")], null))
      assert.deepInclude(JSON.stringify(available), `"available":${4n * alpha}`)
      assert.strictEqual(yield* ask("swapRuntimeApi", "currentAlphaPrice", netuid), Number(price))
      assert.strictEqual(yield* ask("swapRuntimeApi", "currentAlphaPrice", 0), Number(alpha))
      assert.deepInclude(record(yield* ask("swapRuntimeApi", "simSwapTaoForAlpha", netuid, alpha)), {
        alphaAmount: Number(4n * alpha),
        taoFee: 0
      })
      assert.deepInclude(record(yield* ask("swapRuntimeApi", "simSwapAlphaForTao", netuid, alpha)), {
        taoAmount: Number(price),
        alphaFee: 0
      })
      const [delegated] = (yield* ask("delegateInfoRuntimeApi", "getDelegated", address("Nominator"))) as ReadonlyArray<
        readonly [Answer, unknown]
      >
      assert.deepInclude(delegated?.[0], { delegateSs58: address("Hot1"), ownerSs58: address("Cold1"), validatorPermits: [netuid] })
      assert.deepStrictEqual(delegated?.[1], [netuid, Number(4n * alpha)])
    })
  )

  it.effect("is true of the state that clients read directly", () =>
    Effect.gen(function* () {
      const { attempt, blocks, read, address } = yield* Scene
      const before = Number(yield* read("blocksSinceLastStep", netuid))
      yield* blocks(3)
      assert.strictEqual(yield* read("blocksSinceLastStep", netuid), before + 3)
      assert.strictEqual(yield* read("totalNetworks"), 2)
      assert.strictEqual(yield* read("mechanismCountCurrent", netuid), 1)
      assert.strictEqual(yield* read("subnetEpochConsensus", netuid), "Yuma")
      assert.deepStrictEqual(yield* ask("betaBasketRuntimeApi", "getRootBasketPositions", address("Cold1")), [])
      assert.strictEqual(yield* ask("betaBasketRuntimeApi", "getRootBasketOwed", address("Cold1")), 0)
      assert.deepStrictEqual(yield* read("totalHotkeySharesV2", address("Hot1"), netuid), {
        mantissa: `0x${(604n * 10n ** 18n).toString(16).padStart(32, "0")}`,
        exponent: -9
      })
      assert.strictEqual(yield* attempt("Cold1", "subtensorModule", "setIdentity", "Somebody", "", "", "", "", "", ""), "done")
      assert.strictEqual(
        yield* attempt("Cold5", "subtensorModule", "setIdentity", "Nobody", "", "", "", "", "", ""),
        "HotKeyNotRegisteredInNetwork"
      )
      assert.deepInclude(yield* read("identitiesV2", address("Cold1")), { name: "0x536f6d65626f6479" })
      assert.strictEqual(
        yield* attempt("Cold1", "subtensorModule", "setSubnetIdentity", netuid, "Ours", "", "", "", "", "", "", ""),
        "NotSubnetOwner"
      )
      assert.strictEqual(
        yield* attempt("Owner", "subtensorModule", "setSubnetIdentity", netuid, "Ours", "", "", "", "", "", "", ""),
        "done"
      )
      assert.strictEqual(text(record(yield* ask("subnetInfoRuntimeApi", "getDynamicInfo", netuid)).subnetName), "Ours")
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "servePrometheus", netuid, 7, 0x01020304, 9_000, 4), "done")
      assert.deepInclude(yield* read("prometheus", netuid, address("Hot1")), { version: 7, port: 9_000 })
      assert.strictEqual(yield* attempt("Cold5", "subtensorModule", "tryAssociateHotkey", address("Hot5")), "done")
      assert.strictEqual(yield* read("owner", address("Hot5")), address("Cold5"))
      assert.strictEqual(yield* attempt("Cold1", "subtensorModule", "increaseTake", address("Hot1"), 11_797), "DelegateTakeTooHigh")
      assert.strictEqual(yield* attempt("Cold1", "subtensorModule", "decreaseTake", address("Hot1"), 5_000), "done")
      assert.strictEqual(yield* read("delegates", address("Hot1")), 5_000)
    })
  )
})
