import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { query } from "../../support/devnet/support.ts"
import { alpha, netuid, type Stage, stage } from "../../support/runtime/support.ts"

const hotkeys = ["OwnerHot", "Hot1", "Hot2", "Hot3", "Hot4"] as const

/** Asserts that the subnet's alpha is all behind hotkeys, and that coldkeys read their shares of it, each rounded down by less than a rao. */
const alphaIsConserved = ({ read, held, address }: Stage) =>
  Effect.gen(function* () {
    let total = 0n
    for (const hotkey of hotkeys) {
      const whole = BigInt(String(yield* read("totalHotkeyAlpha", address(hotkey), netuid)))
      let rest = whole
      let holders = 0n
      for (const coldkey of ["Owner", "Cold1", "Cold2", "Cold3", "Cold4", "Nominator"] as const) {
        const stake = yield* held(address(hotkey), address(coldkey))
        rest -= stake
        if (stake > 0n) holders += 1n
      }
      assert.isTrue(rest >= 0n && rest <= holders, `${hotkey}: ${rest} rao that nobody reads`)
      total += whole
    }
    assert.strictEqual(total, BigInt(String(yield* read("subnetAlphaOut", netuid))))
  })

const tempo = 10
const perBlock = 100n * alpha
const emission = perBlock * BigInt(tempo)
const ownerCut = (emission * 11_796n) / 65_535n
const miners = (emission - ownerCut) / 2n

const begun = (pallet: (address: Stage["address"]) => object = () => ({})) =>
  Effect.gen(function* () {
    const scene = yield* stage((address) => ({
      subnet: { tempo, alphaEmissionPerBlock: Number(perBlock) },
      pallet: pallet(address)
    }))
    for (const [coldkey, hotkey] of [
      ["Cold3", "Hot3"],
      ["Cold4", "Hot4"]
    ] as const)
      assert.strictEqual(yield* scene.attempt(coldkey, "subtensorModule", "burnedRegister", netuid, scene.address(hotkey)), "done")
    return scene
  })

const stakeOf = ({ read, address }: Stage, hotkey: (typeof hotkeys)[number]) =>
  Effect.map(read("totalHotkeyAlpha", address(hotkey), netuid), (held) => BigInt(String(held)))

/** Fixed-point arithmetic is off by a few rao. */
const near = (got: bigint, wanted: bigint, label: string) => {
  const difference = got < wanted ? wanted - got : got - wanted
  assert.isTrue(difference < 1_000n, `${label}: ${got}, not ${wanted}`)
}

describe("an epoch", () => {
  it.scopedLive("pays miners by the stake-weighted median, and validators by how well they predicted it", () =>
    Effect.gen(function* () {
      const scene = yield* begun()
      const { attempt, blocks, read } = scene
      // Hot1 (60 %): Hot3 3/4, Hot4 1/4. Hot2 (40 %): all to Hot4. Medians: Hot3 3/4, Hot4 1/4.
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [3, 4], [30_000, 10_000], 0), "done")
      assert.strictEqual(yield* attempt("Hot2", "subtensorModule", "setWeights", netuid, [4], [65_535], 0), "done")
      yield* blocks(tempo - 4)
      // ranks: Hot3 0.6 × 3/4 = 0.45; Hot4 0.6 × 1/4 + 0.4 × 1/4 = 0.25.
      near(yield* stakeOf(scene, "Hot3"), (miners * 45n) / 70n, "Hot3")
      near(yield* stakeOf(scene, "Hot4"), (miners * 25n) / 70n, "Hot4")
      const validators = emission - ownerCut - miners
      near(yield* stakeOf(scene, "Hot1"), 600n * alpha + (validators * 60n) / 70n, "Hot1")
      near(yield* stakeOf(scene, "Hot2"), 400n * alpha + (validators * 10n) / 70n, "Hot2")
      assert.strictEqual(yield* stakeOf(scene, "OwnerHot"), ownerCut)
      // Parts of 65,535 of all weights, as on Subtensor.
      assert.deepStrictEqual(yield* read("consensus", netuid), [0, 0, 0, 49_151, 16_383])
      assert.deepStrictEqual(yield* read("subnetEpochIndex", netuid), 1)
      assert.deepStrictEqual(yield* read("lastEpochBlock", netuid), tempo)
      yield* alphaIsConserved(scene)
      yield* blocks(3 * tempo)
      yield* alphaIsConserved(scene)
    })
  )

  it.scopedLive("sets a hotkey's registration collateral free by all that it earns, as a miner or by its own stake", () =>
    Effect.forEach([true, false], (isMiner) =>
      Effect.gen(function* () {
        const scene = yield* begun()
        const { address, attempt, blocks, read, sudo } = scene
        assert.strictEqual(yield* sudo("adminUtils", "devSetCollateralLockShare", netuid, 65_535), "done")
        assert.strictEqual(yield* attempt("Cold5", "subtensorModule", "burnedRegister", netuid, address("Hot5")), "done")
        const held = Effect.map(read("totalHotkeyAlpha", address("Hot5"), netuid), (alpha) => BigInt(String(alpha)))
        const locked = Effect.map(
          read("minerCollateral", netuid, address("Hot5"), address("Cold5")),
          (state) => BigInt((state as { readonly locked: number } | null)?.locked ?? 0) // the metadata's type
        )
        const [before, had] = [yield* locked, yield* held]
        assert.isTrue(before > 0n)
        if (isMiner) assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [5], [1], 0), "done")
        yield* blocks(isMiner ? tempo : 3 * tempo)
        const earned = (yield* held) - had
        assert.isTrue(earned > 0n)
        assert.strictEqual(yield* locked, before > earned ? before - earned : 0n)
      })
    )
  )

  it.scopedLive("recycles the share of the subnet owner's hotkeys", () =>
    Effect.gen(function* () {
      const scene = yield* begun()
      const { attempt, blocks, read, address, held } = scene
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [0, 3], [30_000, 10_000], 0), "done")
      yield* blocks(tempo - 3)
      near(yield* stakeOf(scene, "Hot3"), miners / 4n, "Hot3")
      assert.strictEqual(yield* stakeOf(scene, "OwnerHot"), ownerCut)
      const emissions = (yield* read("emission", netuid)) as ReadonlyArray<number>
      near(BigInt(emissions[0] ?? 0), (miners * 3n) / 4n, "counted all the same")
      const out = BigInt(String(yield* read("subnetAlphaOut", netuid)))
      near(out, 1_000n * alpha + emission - (miners * 3n) / 4n, "not issued")
      assert.strictEqual(yield* held(address("OwnerHot"), address("Owner")), ownerCut)
      yield* alphaIsConserved(scene)
    })
  )

  it.scopedLive("pays by stake alone while nobody has set weights", () =>
    Effect.gen(function* () {
      const scene = yield* begun()
      yield* scene.blocks(tempo - 2)
      near(yield* stakeOf(scene, "Hot1"), 600n * alpha + ((emission - ownerCut) * 6n) / 10n, "Hot1")
      near(yield* stakeOf(scene, "Hot2"), 400n * alpha + ((emission - ownerCut) * 4n) / 10n, "Hot2")
      assert.strictEqual(yield* stakeOf(scene, "Hot3"), 0n)
      yield* alphaIsConserved(scene)
    })
  )

  it.scopedLive("shares dividends with nominators after the owner's take", () =>
    Effect.gen(function* () {
      const scene = yield* begun((address) => ({ stakes: [[address("Hot1"), address("Nominator"), netuid, 600 * Number(alpha)]] }))
      yield* scene.blocks(tempo - 2)
      const dividend = ((emission - ownerCut) * 1_200n) / 1_600n
      const take = (dividend * 11_796n) / 65_535n
      const held = yield* scene.held(scene.address("Hot1"), scene.address("Nominator"))
      // The owner's take is already stake when the rest is distributed.
      near(held, 600n * alpha + ((dividend - take) * 600n * alpha) / (1_200n * alpha + take), "its part of what is shared")
      yield* alphaIsConserved(scene)
    })
  )

  it.scopedLive("does not count a weight for a later holder of its UID", () =>
    Effect.gen(function* () {
      const scene = yield* begun()
      const { attempt, sudo, blocks, address, read } = scene
      const vote = attempt("Hot1", "subtensorModule", "setWeights", netuid, [3, 4], [1, 1], 0)
      yield* blocks(tempo - 2) // validators have emission now, miners do not
      assert.strictEqual(yield* vote, "done")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetMaxAllowedUids", netuid, 5), "done")
      assert.strictEqual(yield* attempt("Cold5", "subtensorModule", "burnedRegister", netuid, address("Hot5")), "done")
      assert.strictEqual(yield* read("uids", netuid, address("Hot5")), 3)
      yield* blocks(tempo - 3)
      const newcomer = Effect.map(read("totalHotkeyAlpha", address("Hot5"), netuid), (held) => BigInt(String(held)))
      assert.strictEqual(yield* newcomer, 0n)
      near(yield* stakeOf(scene, "Hot4"), miners, "Hot4 alone")
      assert.strictEqual(yield* vote, "done")
      yield* blocks(tempo - 1)
      near(yield* newcomer, miners / 2n, "Hot5 once it was voted for itself")
    })
  )

  it.scopedLive("loses nothing if emission or tempo change in between", () =>
    Effect.gen(function* () {
      const { api, sudo, blocks, read } = yield* begun()
      assert.strictEqual(yield* sudo("adminUtils", "devSetAlphaEmissionPerBlock", netuid, 7n), "done") // block 3
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetTempo", netuid, 20), "done")
      const next = yield* Effect.promise(async () => (await api.call.subnetInfoRuntimeApi?.getNextEpochStartBlock?.(netuid))?.toJSON())
      assert.strictEqual(next, 20)
      yield* blocks(15)
      assert.strictEqual(yield* read("subnetEpochIndex", netuid), 0)
      yield* blocks(1)
      assert.strictEqual(yield* read("subnetEpochIndex", netuid), 1)
      const paid = 3n * perBlock + 17n * 7n
      const [left] = (yield* query(api, "devChain", "pendingEmission", netuid)) as readonly [number, number]
      assert.strictEqual(BigInt(String(yield* read("subnetAlphaOut", netuid))), 1_000n * alpha + paid - BigInt(left))
    })
  )
})
