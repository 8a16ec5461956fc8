import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { relayed } from "../../support/runtime/relay.ts"
import { alpha, netuid } from "../../support/runtime/support.ts"

type Relayed = Effect.Effect.Success<ReturnType<typeof relayed>>

class Scene extends Context.Tag("Scene")<Scene, Relayed>() {}

/** An alpha costs 0.05 TAO, and half of a registration's price is collateral. */
const price = alpha / 20n
const sceneLayer = Layer.scoped(
  Scene,
  relayed(() => ({
    subnet: {
      tempo: 20,
      alphaPrice: Number(price),
      collateralLockShare: 32_768,
      votingPowerTracking: true,
      votingPowerAlpha: 5 * 10 ** 17
    },
    pallet: { votingPowerFunctions: true }
  })).pipe(Effect.orDie)
)

const asNumber = (bytes: Uint8Array) => new DataView(bytes.slice().buffer).getBigUint64(0, true)

const free = ({ api, address }: Relayed, who: Parameters<Relayed["address"]>[0]) =>
  Effect.promise(async () => {
    const account = (await api.query.system?.account?.(address(who)))?.toJSON()
    return BigInt(String((account as { data: { free: number } }).data.free)) // the metadata's type
  })

/** The answer of function 36: all of a coldkey's stake on the subnet, the locked part, and the movable part. */
const availability = ({ api, dryRun, toFunction, address }: Relayed, who: Parameters<Relayed["address"]>[0]) =>
  Effect.map(dryRun(toFunction(36, "(AccountId, u16)", [address(who), netuid])), ({ output }) =>
    (api.createType("(u16, u64, u64, u64)", output).toJSON() as ReadonlyArray<number>).slice(1).map(BigInt)
  )

layer(sceneLayer, { excludeTestServices: true })("stake as money", (it) => {
  it.effect("is bought and sold at the subnet's price", () =>
    Effect.gen(function* () {
      const scene = yield* Scene
      const { attempt, sudo, dryRun, toFunction, address, held } = scene
      const mine = held(address("Hot1"), address("Nominator"))
      const add = (tao: bigint, limit: bigint) =>
        attempt("Nominator", "subtensorModule", "addStakeLimit", address("Hot1"), netuid, tao, limit, false)
      const remove = (amount: bigint, limit: bigint) =>
        attempt("Nominator", "subtensorModule", "removeStakeLimit", address("Hot1"), netuid, amount, limit, false)
      const rounded = price - 1n // the chain truncates a price to 64 fractional bits
      assert.strictEqual(asNumber((yield* dryRun(toFunction(15, "u16", netuid))).output), rounded)
      assert.strictEqual(yield* add(alpha, rounded - 1n), "PriceLimitExceeded")
      assert.strictEqual(yield* add(alpha, price), "done")
      assert.strictEqual(yield* mine, 20n * alpha)
      assert.strictEqual(yield* remove(10n * alpha, price), "PriceLimitExceeded")
      const before = yield* free(scene, "Nominator")
      assert.strictEqual(yield* remove(10n * alpha, rounded), "done")
      const brought = (yield* free(scene, "Nominator")) - before
      assert.isTrue(brought > alpha / 2n - 10_000_000n && brought < alpha / 2n, `${brought} of ${alpha / 2n} less the fee`)
      assert.strictEqual(yield* remove(alpha / 100n, 0n), "AmountTooLow") // 0.0005 TAO
      assert.strictEqual(yield* sudo("adminUtils", "devSetAlphaPrice", netuid, alpha), "done")
      assert.strictEqual(yield* add(alpha, alpha), "done")
      assert.strictEqual(yield* mine, 11n * alpha)
      assert.strictEqual(yield* sudo("adminUtils", "devSetAlphaPrice", netuid, price), "done")
      assert.strictEqual(yield* sudo("adminUtils", "devSetAlphaPrice", 0, price), "InvalidValue")
      assert.strictEqual(yield* attempt("Nominator", "subtensorModule", "unstakeAll", address("Hot1")), "done")
      assert.strictEqual(yield* mine, 0n)
    })
  )

  it.effect("cannot be transferred in amounts under the minimum in TAO, unless there is none", () =>
    Effect.gen(function* () {
      const { attempt, sudo, address, held } = yield* Scene
      const give = (amount: bigint) =>
        attempt("Cold1", "subtensorModule", "transferStake", address("Cold3"), address("Hot1"), netuid, netuid, amount)
      const theirs = held(address("Hot1"), address("Cold3"))
      assert.strictEqual(yield* give(alpha / 25n), "AmountTooLow") // 0.002 TAO: more is needed
      assert.strictEqual(yield* give(alpha / 25n + 20n), "done")
      assert.strictEqual(yield* sudo("adminUtils", "devSetMinTransfer", 0), "done")
      assert.strictEqual(yield* give(1n), "done")
      assert.strictEqual(yield* theirs, alpha / 25n + 21n)
      assert.strictEqual(yield* give(1_000n * alpha), "NotEnoughStakeToWithdraw")
      assert.strictEqual(yield* sudo("adminUtils", "devSetMinTransfer", 2_000_000), "done")
    })
  )

  it.effect("stays where it is locked, and takes its lock along to a receiver that allows it", () =>
    Effect.gen(function* () {
      const scene = yield* Scene
      const { api, attempt, sudo, dryRun, toFunction, address } = scene
      const lock = (amount: bigint) => attempt("Cold2", "subtensorModule", "lockStake", address("Hot2"), netuid, amount)
      const give = (amount: bigint) =>
        attempt("Cold2", "subtensorModule", "transferStake", address("Cold4"), address("Hot2"), netuid, netuid, amount)
      assert.strictEqual(yield* lock(401n * alpha), "InsufficientStakeForLock")
      assert.strictEqual(yield* lock(390n * alpha), "done")
      assert.deepStrictEqual(yield* availability(scene, "Cold2"), [400n * alpha, 390n * alpha, 10n * alpha])
      const known = yield* dryRun(toFunction(35, "(AccountId, u16)", [address("Cold2"), netuid]))
      assert.include(api.createType("Option<(u64, u128, u64)>", known.output).toString(), `[${390n * alpha},0,`)
      const none = yield* dryRun(toFunction(35, "(AccountId, u16)", [address("Cold4"), netuid]))
      assert.deepStrictEqual([...none.output.slice(0, 1)], [0])
      assert.strictEqual(
        yield* attempt("Cold2", "subtensorModule", "recycleAlpha", address("Hot2"), 11n * alpha, netuid),
        "StakeUnavailable"
      )
      assert.strictEqual(yield* give(11n * alpha), "AccountRejectsLockedAlpha")
      assert.strictEqual(yield* give(4n * alpha), "done")
      assert.deepStrictEqual(yield* availability(scene, "Cold2"), [396n * alpha, 390n * alpha, 6n * alpha])
      assert.strictEqual(yield* attempt("Cold4", "subtensorModule", "setRejectLockedAlpha", false), "done")
      assert.strictEqual(yield* give(16n * alpha), "done")
      assert.deepStrictEqual(yield* availability(scene, "Cold2"), [380n * alpha, 380n * alpha, 0n])
      assert.deepStrictEqual(yield* availability(scene, "Cold4"), [20n * alpha, 10n * alpha, 10n * alpha])
      const lockedFor = (hotkey: "Hot1" | "Hot2") => scene.read("hotkeyLock", netuid, address(hotkey))
      assert.deepInclude(yield* lockedFor("Hot2"), { lockedMass: Number(390n * alpha) }, "both coldkeys' locks")
      assert.strictEqual(yield* attempt("Cold4", "subtensorModule", "moveLock", address("Hot1"), netuid), "done")
      assert.deepInclude(yield* lockedFor("Hot1"), { lockedMass: Number(10n * alpha) })
      assert.deepInclude(yield* lockedFor("Hot2"), { lockedMass: Number(380n * alpha) })
      assert.strictEqual(yield* sudo("adminUtils", "devSetLock", address("Cold2"), address("Hot2"), netuid, 0), "done")
      assert.deepStrictEqual(yield* availability(scene, "Cold2"), [380n * alpha, 0n, 380n * alpha])
      assert.strictEqual(yield* lockedFor("Hot2"), null)
    })
  )

  it.effect("stays behind its hotkey as far as it is registration collateral", () =>
    Effect.gen(function* () {
      const scene = yield* Scene
      const { attempt, sudo, address, read } = scene
      assert.strictEqual(yield* sudo("adminUtils", "devSetBurn", netuid, alpha), "done")
      assert.strictEqual(yield* attempt("Cold5", "subtensorModule", "burnedRegister", netuid, address("Hot5")), "done")
      const [total = 0n, locked, available] = yield* availability(scene, "Cold5")
      assert.isTrue(total > 9n * alpha && total < 11n * alpha, `half a TAO buys 10 alpha, not ${total}`)
      assert.deepStrictEqual([locked, available], [0n, 0n])
      const give = (amount: bigint) =>
        attempt("Cold5", "subtensorModule", "transferStake", address("Cold4"), address("Hot5"), netuid, netuid, amount)
      const move = (amount: bigint) =>
        attempt("Cold5", "subtensorModule", "moveStake", address("Hot5"), address("Hot1"), netuid, netuid, amount)
      assert.strictEqual(yield* give(total), "StakeUnavailable")
      assert.strictEqual(yield* move(total), "StakeUnavailable")
      assert.strictEqual(yield* attempt("Cold5", "subtensorModule", "addStake", address("Hot1"), netuid, alpha), "done")
      assert.strictEqual(yield* give(total), "StakeUnavailable") // the free stake is behind another hotkey
      assert.deepStrictEqual((yield* availability(scene, "Cold5"))[2], 20n * alpha)
      assert.deepInclude(yield* read("minerCollateral", netuid, address("Hot5"), address("Cold5")), { locked: Number(total), earned: 0 })
    })
  )

  it.effect("gives voting power as its moving average over epochs", () =>
    Effect.gen(function* () {
      const { attempt, blocks, dryRun, toFunction, address } = yield* Scene
      const power = Effect.map(dryRun(toFunction(37, "(u16, AccountId)", [netuid, address("Hot1")])), ({ output }) => asNumber(output))
      const total = Effect.map(dryRun(toFunction(38, "u16", netuid)), ({ output }) => asNumber(output))
      yield* blocks(20)
      const first = yield* power
      assert.isTrue(first > 0n)
      assert.isTrue((yield* total) > first)
      assert.strictEqual(yield* attempt("Nominator", "subtensorModule", "addStake", address("Hot1"), netuid, 1_000n * alpha), "done")
      assert.strictEqual(yield* power, first)
      yield* blocks(20)
      const second = yield* power
      assert.isTrue(second > 10_000n * alpha && second < 11_000n * alpha, `${second}: half of 20,000 alpha`)
      assert.deepStrictEqual([...(yield* dryRun(toFunction(39, "u16", netuid))).output.slice(0, 1)], [1])
      assert.strictEqual(asNumber((yield* dryRun(toFunction(40, "u16", netuid))).output), 0n)
      for (const [hotkey, permit] of [
        ["Hot1", 1],
        ["Hot3", 0]
      ] as const)
        assert.strictEqual((yield* dryRun(toFunction(41, "(u16, AccountId)", [netuid, address(hotkey)]))).output[0], permit, hotkey)
    })
  )

  it.effect("can be staked, moved, swapped and burned by a contract, and everything else is answered too", () =>
    Effect.gen(function* () {
      const { api, attempt, dryRun, execute, toFunction, address, contract, stakeOf } = yield* Scene
      const [one, two] = [address("Hot1"), address("Hot2")]
      assert.strictEqual(yield* attempt("Alice", "balances", "transferKeepAlive", contract, 100n * alpha), "done")
      const run = (index: number, type: string, values: unknown) =>
        Effect.map(dryRun(toFunction(index, type, values)), ({ status }) => status)
      assert.strictEqual(yield* execute("Cold3", toFunction(1, "(AccountId, u16, u64)", [one, netuid, 2n * alpha])), "done")
      assert.strictEqual(yield* stakeOf(contract), 40n * alpha)
      const answers: ReadonlyArray<readonly [number, string, unknown, number]> = [
        [2, "(AccountId, u16, u64)", [one, netuid, alpha], 0],
        [2, "(AccountId, u16, u64)", [one, netuid, 100n * alpha], 0],
        [3, "AccountId", one, 0],
        [4, "AccountId", one, 0],
        [4, "AccountId", two, 13],
        [5, "(AccountId, AccountId, u16, u16, u64)", [one, two, netuid, netuid, alpha], 0],
        [7, "(AccountId, u16, u16, u64)", [one, netuid, 0, alpha], 0],
        [7, "(AccountId, u16, u16, u64)", [one, netuid, netuid, alpha], 15],
        [8, "(AccountId, u16, u64, u64, bool)", [one, netuid, alpha, price - 2n, false], 1],
        [9, "(AccountId, u16, u64, u64, bool)", [one, netuid, alpha, price - 1n, true], 0],
        [10, "(AccountId, u16, u16, u64, u64, bool)", [one, netuid, 0, alpha, price - 1n, true], 0],
        [10, "(AccountId, u16, u16, u64, u64, bool)", [one, netuid, 0, alpha, price + 1n, true], 1],
        [11, "(AccountId, u16, Option<u64>)", [one, netuid, null], 0],
        [11, "(AccountId, u16, Option<u64>)", [one, netuid, price + 1n], 1],
        [12, "(u16, AccountId)", [netuid, one], 0],
        [12, "(u16, AccountId)", [netuid, address("Hot3")], 5],
        [13, "AccountId", address("Cold3"), 0],
        [13, "AccountId", contract, 18],
        [14, "AccountId", address("Cold3"), 19],
        [17, "(AccountId, u16, u64)", [one, netuid, alpha], 0],
        [18, "(AccountId, u16, u64)", [one, netuid, alpha], 0],
        [19, "(AccountId, u16, u64)", [one, netuid, alpha], 0],
        [20, "(AccountId, u16, u64)", [one, netuid, alpha], 0],
        [21, "(AccountId, u16, u64)", [one, netuid, alpha], 0],
        [22, "AccountId", address("Hot4"), 5],
        [23, "AccountId", two, 13],
        [24, "(AccountId, AccountId, u16, u16, u64)", [one, two, netuid, netuid, alpha], 0],
        [26, "(AccountId, u16, u16, u64)", [one, netuid, 75, alpha], 9],
        [27, "(AccountId, u16, u64, u64, bool)", [one, netuid, alpha, price, false], 0],
        [28, "(AccountId, u16, u64, u64, bool)", [one, netuid, 0, price - 1n, true], 13],
        [29, "(AccountId, u16, u16, u64, u64, bool)", [one, netuid, 0, alpha, price + 1n, true], 1],
        [30, "(AccountId, u16, Option<u64>)", [address("Hot4"), netuid, null], 13],
        [31, "(u16, AccountId)", [netuid, one], 0],
        [32, "AccountId", address("Cold3"), 0],
        [33, "AccountId", address("Cold3"), 19],
        [34, "u16", 75, 0]
      ]
      const signer = address("Cold1")
      assert.strictEqual(api.createType("AccountId", signer).toString(), signer)
      for (const [index, type, values, status] of answers) {
        assert.strictEqual(yield* run(index, type, values), status, `function ${index}`)
      }
      const burned = yield* dryRun(toFunction(19, "(AccountId, u16, u64)", [one, netuid, alpha]))
      assert.strictEqual(asNumber(burned.output), 20n * alpha)
      const state = yield* dryRun(toFunction(34, "u16", netuid))
      assert.strictEqual(api.createType("(u16, bool, u64)", state.output).toString(), `[${netuid},true,1]`)
    })
  )

  it.effect("costs a contract the weights of the calls behind it", () =>
    Effect.gen(function* () {
      const { dryRun, toFunction, address, contract } = yield* Scene
      const look = yield* dryRun(toFunction(36, "(AccountId, u16)", [contract, netuid]))
      const move = yield* dryRun(
        toFunction(5, "(AccountId, AccountId, u16, u16, u64)", [address("Hot1"), address("Hot2"), netuid, netuid, alpha])
      )
      const dearer = move.refTime - look.refTime
      assert.isTrue(dearer > 1_250_000_000 && dearer < 1_450_000_000, `20 reads, 7 writes and 110 µs: ${dearer}`)
    })
  )
})
