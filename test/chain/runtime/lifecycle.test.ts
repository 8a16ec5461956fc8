/** The stake when subnets and keys come and go, with amounts recorded from Subtensor (June 2026, spec version 425), but for a rao by the rules of release 459. */
import { assert, describe, it } from "@effect/vitest"
import { blake2b } from "@polkadot/wasm-crypto"
import { Effect } from "effect"
import { concat, ScaleReader, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { AccountAddress, fromPublicKey, toPublicKey } from "../../../src/domain/Account.ts"
import { type StillChain, stillChain } from "../../support/runtime/stillChain.ts"
import { alpha, type Name } from "../../support/runtime/support.ts"
import { subnetAccount } from "../../support/subtensor/codesChain.ts"
import { readPool, subnetPart } from "../../support/subtensor/poolStorage.ts"

const ONE = 1
const TWO = 2

/** Two subnets. On the first, Cold1 and Cold2 have 100 and 50 alpha behind Hot1; trades move its price. */
const world = Effect.map(
  stillChain((address) => {
    const subnet = { ownerHotkey: address("OwnerHot"), ownerColdkey: address("Owner"), tempo: 1_000, alphaEmissionPerBlock: 0 }
    const neurons = [{ hotkey: address("Hot1"), coldkey: address("Cold1"), stake: 100 * Number(alpha) }]
    return {
      pallet: {
        subnets: [
          { ...subnet, netuid: ONE, neurons },
          { ...subnet, netuid: TWO, alphaPrice: 500_000_000 }
        ],
        stakes: [[address("Hot1"), address("Cold2"), ONE, 50 * Number(alpha)]]
      }
    }
  }),
  (still) => {
    const of = (name: Name) => AccountAddress.make(still.address(name))
    const attempt = (who: Name | null, name: string, ...args: ReadonlyArray<unknown>) =>
      still.attempt(who === null ? null : of(who), "subtensorModule", name, ...args).result
    const root = (name: string, ...args: ReadonlyArray<unknown>) => still.attempt(null, "adminUtils", name, ...args).result
    const toggle = (who: Name, on: boolean) => still.attempt(of(who), "adminUtils", "sudoSetToggleTransfer", ONE, on).result
    /** Sets a storage value of the pallet. */
    const set = (item: string, value: Uint8Array) => still.state().set("", storageValueKey("SubtensorModule", item), value)
    const stake = (hotkey: AccountAddress, coldkey: AccountAddress): bigint => {
      const argument = concat([toPublicKey(hotkey), toPublicKey(coldkey), unsigned(ONE, 2)])
      const reader = new ScaleReader(still.ask("StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid", argument))
      reader.take(65)
      reader.compact()
      return reader.compact()
    }
    const total = (hotkey: AccountAddress) => readPool(still.state(), ONE, hotkey).total
    /** A storage value of the first subnet. */
    const figure = (item: string, width: number, pallet = "SubtensorModule"): bigint =>
      new ScaleReader(still.state().get("", storageValueKey(pallet, item) + subnetPart(ONE)) ?? new Uint8Array(width)).unsigned(width)
    const tao = (who: AccountAddress): bigint => {
      const key = storageValueKey("System", "Account") + blake2b(toPublicKey(who), new Uint8Array(), 16).toHex() + toPublicKey(who).toHex()
      const account = new ScaleReader(still.state().get("", key) ?? new Uint8Array(80))
      account.take(16)
      return account.unsigned(8)
    }
    const key = toPublicKey
    const transfer = (hotkey: AccountAddress, amount = alpha) =>
      still.extension(of("Cold1"), 25, key(of("Cold4")), key(hotkey), unsigned(ONE, 2), unsigned(ONE, 2), unsigned(amount, 8)).result
    return { ...still, of, attempt, root, toggle, set, stake, total, figure, tao, transfer }
  }
)

/** The answer of function 34: the netuid, whether it exists, and how often it was registered. */
const state = (still: Pick<StillChain, "contract" | "extension">, netuid = ONE) =>
  still.extension(still.contract, 34, unsigned(netuid, 2)).output.subarray(0, 11).toHex()

describe("a subnet", () => {
  it.live("pays TAO for the stake on it when it is dissolved, and its number is given to the next", () =>
    Effect.gen(function* () {
      const chain = yield* world
      const { attempt, contract, figure, of, root, stake, tao, total } = chain
      assert.strictEqual(root("devPay", ONE, of("Hot1"), [contract, 70n * alpha], 0n), "ok")
      assert.strictEqual(root("devSetReserves", ONE, 30_456_762_188_341n, 985_002_930_202_617n), "ok")
      const holders = [of("Cold1"), of("Cold2"), contract]
      const before = holders.map(tao)
      assert.strictEqual(attempt("Owner", "rootDissolveNetwork", ONE), "BadOrigin")
      assert.strictEqual(attempt(null, "rootDissolveNetwork", ONE), "ok")
      // The pool's own alpha counts, too.
      const all = 985_002_930_202_617n + 220n * alpha
      const paid = holders.map((holder, index) => tao(holder) - (before[index] ?? 0n))
      assert.deepStrictEqual(
        paid,
        [100n, 50n, 70n].map((held) => (30_456_762_188_341n * held * alpha) / all)
      )
      assert.strictEqual(state(chain), "0100000100000000000000")
      assert.strictEqual(chain.transfer(of("Hot1")), "9")
      assert.strictEqual(attempt(null, "rootDissolveNetwork", ONE), "SubnetNotExists")
      assert.strictEqual(attempt(null, "rootDissolveNetwork", 0), "InvalidSubnetNumber")

      assert.strictEqual(attempt("Cold5", "registerNetwork", of("Hot2")), "ok")
      assert.strictEqual(state(chain), "0100010200000000000000")
      assert.strictEqual(state(chain, TWO), "0200010100000000000000")
      assert.deepStrictEqual([figure("SubnetAlphaOut", 8), total(of("Hot1")), stake(of("Hot1"), contract)], [0n, 0n, 0n])
      assert.strictEqual(chain.transfer(of("Hot1")), "22")
      assert.strictEqual(attempt("Cold1", "startCall", ONE), "NotSubnetOwner")
      assert.strictEqual(attempt("Cold5", "startCall", ONE), "ok")
      assert.strictEqual(attempt("Cold5", "startCall", ONE), "FirstEmissionBlockNumberAlreadySet")
      assert.strictEqual(chain.transfer(of("Hot1")), "6") // still a hotkey, without stake behind it
      assert.strictEqual(attempt("Cold1", "burnedRegister", ONE, of("Hot1")), "ok")
      assert.strictEqual(root("devPay", ONE, of("Hot1"), [of("Cold3"), 6n * alpha], 0n), "ok")
      assert.deepStrictEqual(
        [stake(of("Hot1"), of("Cold3")), stake(of("Hot1"), of("Cold1")), total(of("Hot1"))],
        [6n * alpha, 0n, 6n * alpha]
      )
    })
  )

  it.live("gives way to a new one, number and all, when there is no room and it is not immune", () =>
    Effect.gen(function* () {
      const chain = yield* world
      chain.set("SubnetLimit", unsigned(2, 2))
      assert.strictEqual(chain.attempt("Cold5", "registerNetwork", chain.of("Hot2")), "SubnetLimitReached")
      chain.set("NetworkImmunityPeriod", unsigned(0, 8))
      assert.strictEqual(chain.attempt("Cold5", "registerNetwork", chain.of("Hot1")), "NonAssociatedColdKey")
      assert.strictEqual(chain.attempt("Cold5", "registerNetwork", chain.of("Hot2")), "ok")
      assert.deepStrictEqual([state(chain), state(chain, TWO)], ["0100010100000000000000", "0200010200000000000000"]) // alpha was cheaper on the second
    })
  )
})

describe("a hotkey", () => {
  it.live("belongs to whoever names it first, which costs nothing", () =>
    Effect.gen(function* () {
      const { attempt, of, tao } = yield* world
      const before = tao(of("Cold3"))
      assert.strictEqual(attempt("Cold4", "tryAssociateHotkey", of("Hot3")), "ok")
      assert.strictEqual(attempt("Cold3", "tryAssociateHotkey", of("Hot3")), "ok")
      assert.strictEqual(attempt("Cold3", "burnedRegister", ONE, of("Hot3")), "NonAssociatedColdKey")
      assert.strictEqual(tao(of("Cold3")), before)
      assert.strictEqual(attempt("Cold4", "burnedRegister", ONE, of("Hot3")), "ok")
      assert.strictEqual(attempt("Cold3", "tryAssociateHotkey", subnetAccount), "CannotUseSystemAccount")
      assert.strictEqual(attempt("Cold3", "tryAssociateHotkey", of("Cold3")), "ok")
    })
  )

  it.live("costs more to register after each registration, and less with each block", () =>
    Effect.gen(function* () {
      const chain = yield* world
      const { attempt, figure, of, root } = chain
      const price = () => figure("Burn", 8)
      const hotkeys = [of("Hot3"), of("Hot4"), of("Hot5")]
      for (const [start, raised, lowered] of [
        [500_000n, [630_000n, 793_800n, 1_000_188n], [998_264n, 996_343n, 981_110n, 824_970n, 500_000n]],
        [100_000_000n, [126_000_000n, 158_760_000n, 200_037_600n], [199_652_816n, 199_268_772n, 196_222_895n, 165_003_086n, 100_018_670n]]
      ] as const) {
        chain.begin()
        chain.enter(100)
        assert.strictEqual(root("devSetBurn", ONE, start), "ok")
        assert.strictEqual(root("devSetBurnHalfLife", ONE, 360), "ok")
        assert.deepStrictEqual(
          hotkeys.map((hotkey) => [attempt("Cold3", "burnedRegister", ONE, hotkey), price()]),
          raised.map((burn) => ["ok", burn])
        )
        const after: Array<bigint> = []
        for (let block = 1; block <= 360; block++) {
          chain.enter(100 + block)
          if ([1, 2, 10, 100, 360].includes(block)) after.push(price())
        }
        assert.deepStrictEqual(after, [...lowered])
      }
    })
  )

  /** Cold1, Cold2 and the contract have stake behind Hot1, which has earned dividends; the contract's stake came between two dividends. */
  const earned = Effect.tap(world, ({ contract, of, root }) => {
    root("devPay", ONE, of("Hot1"), null, 1_234_545n)
    root("devPay", ONE, of("Hot1"), [contract, 5n * alpha], 100n)
    root("devSetLock", of("Cold2"), of("Hot1"), ONE, 20n * alpha)
    return Effect.void
  })

  it.live("is swapped with all stake behind it but what nobody reads", () =>
    Effect.gen(function* () {
      const chain = yield* earned
      const { attempt, contract, of, stake, tao, total } = chain
      const [old, next] = [of("Hot1"), of("Hot2")]
      const holders = [of("Cold1"), of("Cold2"), contract]
      const start = chain.state()
      for (const [netuid, cost, behindTheOld] of [
        [null, 100_000_000n, "5"],
        [ONE, 1_000_000n, "6"]
      ] as const) {
        chain.begin(start)
        assert.deepStrictEqual(
          holders.map((holder) => stake(old, holder)),
          [100_000_823_094n, 50_000_411_547n, 5_000_000_003n]
        )
        const before = tao(of("Cold1"))
        assert.strictEqual(attempt("Cold2", "swapHotkeyV2", old, next, netuid, false), "NonAssociatedColdKey")
        assert.strictEqual(attempt("Cold1", "swapHotkeyV2", old, next, netuid, false), "ok")
        assert.strictEqual(before - tao(of("Cold1")), cost)
        assert.deepStrictEqual(
          holders.map((holder) => stake(next, holder)),
          [100_000_823_094n, 50_000_411_547n, 5_000_000_004n]
        )
        assert.deepStrictEqual([total(old), total(next)], [0n, 155_001_234_645n])
        assert.deepStrictEqual(readPool(chain.state(), ONE, next).shares, { significand: 155_001_234_645_000_000_000n, exponent: -9 })
        assert.deepStrictEqual([chain.transfer(old), chain.transfer(next)], [behindTheOld, "ok"])
      }
    })
  )

  it.live("that is swapped without its stake can no longer be used where that is", () =>
    Effect.gen(function* () {
      const chain = yield* earned
      const { attempt, of, stake, total } = chain
      assert.strictEqual(attempt("Cold1", "swapHotkeyV2", of("Hot1"), of("Hot2"), null, true), "ok")
      assert.deepStrictEqual([stake(of("Hot1"), of("Cold1")), total(of("Hot2"))], [100_000_823_094n, 0n])
      assert.deepStrictEqual([chain.transfer(of("Hot1")), chain.transfer(of("Hot2"))], ["5", "6"])
    })
  )

  it.live("that is swapped for one with stake adds to that", () =>
    Effect.gen(function* () {
      const chain = yield* earned
      const { attempt, contract, of, root, stake, total } = chain
      const [old, next] = [of("Hot1"), of("Hot2")]
      const holders = [of("Cold1"), of("Cold2"), contract]
      assert.strictEqual(attempt("Cold1", "tryAssociateHotkey", next), "ok")
      root("devPay", ONE, next, [of("Cold1"), 30n * alpha], 0n)
      root("devPay", ONE, next, [of("Cold2"), 7n * alpha], 999n)
      assert.strictEqual(attempt("Cold1", "swapHotkeyV2", old, next, null, false), "ok")
      assert.deepStrictEqual(
        holders.map((holder) => stake(next, holder)),
        [130_000_823_903n, 57_000_411_736n, 5_000_000_003n]
      )
      assert.deepStrictEqual([total(old), total(next)], [0n, 192_001_235_644n])
    })
  )

  it.live("that lost its registration keeps its stake and its owner", () =>
    Effect.gen(function* () {
      const chain = yield* world
      const { attempt, of, root, stake } = chain
      assert.strictEqual(root("sudoSetMaxAllowedUids", ONE, 2), "ok")
      chain.enter(10_000)
      assert.strictEqual(attempt("Cold3", "burnedRegister", ONE, of("Hot3")), "ok")
      assert.strictEqual(attempt("Cold1", "setColdkeyAutoStakeHotkey", ONE, of("Hot1")), "HotKeyNotRegisteredInSubNet")
      assert.strictEqual(stake(of("Hot1"), of("Cold1")), 100n * alpha)
      assert.strictEqual(chain.transfer(of("Hot1")), "ok")
      assert.strictEqual(attempt("Cold1", "removeStake", of("Hot1"), ONE, alpha), "ok")
      assert.strictEqual(root("sudoSetMaxAllowedUids", ONE, 3), "ok")
      assert.strictEqual(attempt("Cold1", "burnedRegister", ONE, of("Hot1")), "ok")
    })
  )

  it.live("with the most conviction makes its owner the subnet's after a year", () =>
    Effect.gen(function* () {
      const chain = yield* world
      const { attempt, of, root } = chain
      const YEAR = 2_629_800
      const owner = () =>
        fromPublicKey(chain.state().get("", storageValueKey("SubtensorModule", "SubnetOwner") + subnetPart(ONE)) ?? new Uint8Array(32))
      const out = 1_000n * alpha
      /** Whether a lock of this percentage and age (in blocks) makes Cold1 the owner when the subnet is `age` blocks old. */
      const decides = (percent: bigint, blocks: number, age: number, others = 0n) => {
        chain.begin()
        chain.state().set("", storageValueKey("SubtensorModule", "SubnetAlphaOut") + subnetPart(ONE), unsigned(out, 8))
        chain.enter(age - blocks)
        assert.strictEqual(root("devSetLock", of("Cold1"), of("Hot1"), ONE, (out * percent) / 100n), "ok")
        if (others > 0n) assert.strictEqual(root("devSetLock", of("Cold2"), of("OwnerHot"), ONE, (out * others) / 100n), "ok")
        chain.enter(age)
        return owner() === of("Cold1")
      }
      assert.isFalse(decides(50n, 0, YEAR))
      assert.isFalse(decides(50n, 400_000, YEAR)) // 174 of 1,000 alpha by then
      assert.isTrue(decides(50n, 430_000, YEAR))
      assert.isTrue(decides(21n, 2_000_000, YEAR))
      assert.isFalse(decides(21n, 2_000_000, YEAR - 1))
      assert.isTrue(decides(20n, 2_629_700, YEAR))
      assert.isFalse(decides(19n, 2_629_700, YEAR))
      assert.isFalse(decides(18n, 2_629_700, YEAR, 17n)) // together they have 33
      assert.strictEqual(attempt("Owner", "startCall", ONE), "FirstEmissionBlockNumberAlreadySet")
    })
  )
})

describe("an account's list of hotkeys", () => {
  it.live("takes 128 by others and 256 by itself, and loses those behind which nothing is left", () =>
    Effect.gen(function* () {
      const chain = yield* world
      const { attempt, of, root, transfer } = chain
      let strangers = 0
      const fill = (count: number) => {
        for (const end = strangers + count; strangers < end; strangers++) {
          const hotkey = fromPublicKey(concat([unsigned(strangers, 2), new Uint8Array(30).fill(0x77)]))
          assert.strictEqual(root("devPay", ONE, hotkey, [of("Cold4"), alpha], 0n), "ok")
        }
      }
      const give = () => attempt("Cold1", "transferStake", of("Cold4"), of("Hot1"), ONE, ONE, alpha)
      fill(128)
      assert.deepStrictEqual([transfer(of("Hot1")), give()], ["1", "TooManyStakingHotkeys"])
      assert.strictEqual(attempt("Cold4", "addStake", of("Hot1"), ONE, alpha), "ok")
      assert.deepStrictEqual([transfer(of("Hot1")), give()], ["ok", "ok"])
      assert.strictEqual(attempt("Cold4", "transferStake", of("Cold1"), of("Hot1"), ONE, ONE, 3n * alpha), "ok")
      assert.strictEqual(give(), "TooManyStakingHotkeys")
      fill(127)
      assert.strictEqual(attempt("Cold4", "addStake", of("Hot1"), ONE, alpha), "ok")
      assert.strictEqual(attempt("Cold4", "addStake", of("OwnerHot"), ONE, alpha), "TooManyStakingHotkeys")
      assert.strictEqual(attempt("Cold4", "moveStake", of("Hot1"), of("OwnerHot"), ONE, ONE, alpha), "TooManyStakingHotkeys")
      assert.strictEqual(attempt("Cold4", "removeStake", of("Hot1"), ONE, alpha), "ok")
      assert.strictEqual(attempt("Cold4", "addStake", of("OwnerHot"), ONE, alpha), "ok")
    })
  )
})

describe("transfers of stake", () => {
  it.live("are switched off and on by the subnet's owner", () =>
    Effect.gen(function* () {
      const { of, toggle, transfer } = yield* world
      assert.strictEqual(toggle("Cold1", false), "NotSubnetOwner")
      assert.strictEqual(toggle("Owner", false), "ok")
      assert.strictEqual(transfer(of("Hot1")), "1")
      assert.strictEqual(toggle("Owner", true), "ok")
      assert.strictEqual(transfer(of("Hot1")), "ok")
    })
  )
})

describe("a coldkey", () => {
  it.live("becomes another after it has said so and waited, and reads up to a rao less behind each hotkey", () =>
    Effect.gen(function* () {
      const chain = yield* world
      const { attempt, contract, of, root, stake, tao, total } = chain
      root("devPay", ONE, of("Hot1"), null, 1_234_545n)
      root("devPay", ONE, of("Hot1"), [contract, 5n * alpha], 100n)
      root("devSetLock", of("Cold1"), of("Hot1"), ONE, 20n * alpha)
      const next = fromPublicKey(new Uint8Array(32).fill(7))
      const hash = `0x${blake2b(toPublicKey(next), new Uint8Array(), 32).toHex()}`
      const before = tao(of("Cold1"))
      assert.strictEqual(attempt("Cold1", "swapColdkeyAnnounced", next), "ColdkeySwapAnnouncementNotFound")
      chain.enter(50)
      assert.strictEqual(attempt("Cold1", "announceColdkeySwap", hash), "ok")
      assert.strictEqual(before - tao(of("Cold1")), 100_000_000n)
      assert.strictEqual(attempt("Cold1", "swapColdkeyAnnounced", of("Cold5")), "AnnouncedColdkeyHashDoesNotMatch")
      chain.enter(50 + 35_999)
      assert.strictEqual(attempt("Cold1", "swapColdkeyAnnounced", next), "ColdkeySwapTooEarly")
      chain.enter(50 + 36_000)
      assert.strictEqual(attempt("Cold1", "swapColdkeyAnnounced", next), "ok")
      assert.deepStrictEqual([stake(of("Hot1"), of("Cold1")), stake(of("Hot1"), next)], [0n, 100_000_823_093n])
      assert.deepStrictEqual([stake(of("Hot1"), of("Cold2")), stake(of("Hot1"), contract)], [50_000_411_547n, 5_000_000_003n])
      assert.strictEqual(total(of("Hot1")), 155_001_234_645n)
      assert.deepStrictEqual([tao(of("Cold1")), tao(next)], [0n, before - 100_000_000n])
      assert.strictEqual(attempt("Cold1", "swapHotkeyV2", of("Hot1"), of("Hot2"), null, false), "NonAssociatedColdKey")
      const locked = new ScaleReader(chain.extension(next, 36, toPublicKey(next), unsigned(ONE, 2)).output)
      locked.take(2 + 8)
      assert.strictEqual(locked.unsigned(8), 20n * alpha)
    })
  )
})
