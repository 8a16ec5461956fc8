/** The fee of a transaction, and the order of transactions. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, call, connect, devChain, keyOf, query, send } from "../../support/devnet/support.ts"
import { relayed } from "../../support/runtime/relay.ts"
import { netuid } from "../../support/runtime/support.ts"

type Call = ReturnType<typeof call>
type Key = Effect.Effect.Success<ReturnType<typeof keyOf>>

/** Subtensor's weight fee: a quarter of a rao per thousand picoseconds, rounded to the nearest rao. */
const price = (picoseconds: number): bigint => (BigInt(picoseconds) + 1_999n) / 4_000n

const READ = 25_000_000
const WRITE = 100_000_000

/** The weight of a Subtensor transaction before its call: the SDK's base, and the extensions by the SDK's and Subtensor's benchmarks. */
const BASE = 108_157_000
const EXTENSIONS =
  570_000 + // CheckNonZeroSender
  430_000 + // CheckSpecVersion
  455_000 + // CheckTxVersion
  (3_577_000 + READ) + // CheckGenesis
  (6_605_000 + READ) + // CheckMortality, for ever
  3_006_000 + // CheckWeight
  (35_979_000 + READ + WRITE + 3 * READ) + // ChargeTransactionPaymentWrapper
  (17_583_000 + 2 * READ) // SubtensorTransactionExtension

/** `SubtensorModule::transfer_stake`, and the walk over an account's hotkeys, of which it may have 256. */
const TRANSFER_STAKE = 142_000_000 + 21 * READ + 7 * WRITE
const walk = (hotkeys: number) => (14 * hotkeys + 1) * READ

/** `Balances::transfer_keep_alive` */
const TRANSFER = 39_051_000 + READ + WRITE

const setup = () =>
  Effect.gen(function* () {
    const node = yield* devChain({ blockTime: "manual" })
    const api = yield* connect(node.endpoint)
    const submit = (transaction: Call, signer: Key, options: { readonly nonce: number; readonly era?: number; readonly tip?: number }) =>
      Effect.gen(function* () {
        const hex = yield* Effect.promise(async () => (await transaction.signAsync(signer, { era: 0, ...options })).toHex())
        const { error } = yield* ask(node.port, "author_submitExtrinsic", hex)
        return { hex, refused: error?.code }
      })
    const remark = call(api, "system", "remark", "0x01")
    const build = ask(node.port, "dev_newBlock")
    yield* build
    /** The newest block's transactions. */
    const taken = Effect.sync(() =>
      node.chain
        .head()
        .extrinsics.slice(1)
        .map((bytes) => `0x${bytes.toHex()}`)
    )
    return {
      ...node,
      api,
      submit,
      remark,
      build,
      taken,
      alice: yield* keyOf("//Alice"),
      bob: yield* keyOf("//Bob"),
      dave: yield* keyOf("//Dave")
    }
  })

const freeOf = (api: Effect.Effect.Success<ReturnType<typeof setup>>["api"], address: string) =>
  Effect.map(query(api, "system", "account", address), (account) => {
    const { data } = account as { readonly data: { readonly free: number | string } } // the metadata's type
    return BigInt(data.free)
  })

describe("fees", () => {
  it.scopedLive("are the price of a transaction's weight and of its length, and the tip, and are recycled", () =>
    Effect.gen(function* () {
      const { api, bob, alice, submit, build } = yield* setup()
      assert.strictEqual(BigInt(String(yield* query(api, "transactionPayment", "nextFeeMultiplier"))), 10n ** 18n)
      const before = yield* freeOf(api, bob.address)
      const issued = Effect.map(query(api, "balances", "totalIssuance"), (all) => BigInt(String(all)))
      const issuedBefore = yield* issued
      const transfer = call(api, "balances", "transferKeepAlive", alice.address, 5_000_000n)
      const { hex, refused } = yield* submit(transfer, bob, { nonce: 0, tip: 1_234 })
      assert.isUndefined(refused)
      yield* build
      const length = BigInt((hex.length - 2) / 2)
      const paid = before - (yield* freeOf(api, bob.address)) - 5_000_000n
      assert.strictEqual(paid, price(BASE) + price(EXTENSIONS + TRANSFER) + length / 2n + 1_234n)
      assert.strictEqual(issuedBefore - (yield* issued), paid, "nobody gets them")
      assert.strictEqual(BigInt(String(yield* query(api, "transactionPayment", "nextFeeMultiplier"))), 10n ** 18n)
    })
  )

  it.scopedLive("of a contract's call are those of what it used, but whoever cannot pay for its limit is refused", () =>
    Effect.gen(function* () {
      const { api, address, contract, toFunction, attempt } = yield* relayed()
      const poor = yield* keyOf("//Poor")
      const limit = { refTime: 100_000_000_000, proofSize: 1_000_000 }
      assert.strictEqual(price(limit.refTime), 25_000_000n)
      const input = toFunction(0, "(AccountId, AccountId, u16)", [address("Hot1"), address("Cold1"), netuid])
      /** Sends a message, and returns the weight in the block's event. */
      const message = Effect.map(send(call(api, "contracts", "call", contract, 0, limit, null, input), poor), ({ events }) => {
        const success = events.find(({ event }) => event.method === "ExtrinsicSuccess")?.event.data[0]
        const info = success?.toJSON() as { readonly weight: { readonly refTime: number } } | undefined // the metadata's type
        return info?.weight.refTime ?? 0
      })
      assert.strictEqual(yield* attempt("Alice", "balances", "transferKeepAlive", poor.address, 25_000_000n), "done")
      assert.match(String(yield* Effect.flip(message)), /Inability to pay some fees/)
      assert.strictEqual(yield* attempt("Alice", "balances", "transferKeepAlive", poor.address, 10_000_000n), "done")
      const weight = yield* message
      assert.isAbove(weight, BASE + EXTENSIONS)
      const paid = 35_000_000n - (yield* freeOf(api, poor.address))
      const rest = paid - price(BASE) - price(weight - BASE)
      assert.isTrue(rest > 100n && rest < 200n, `${rest} for the length`)
    })
  )

  it.scopedLive(
    "of a call that takes stake away, done or refused, leave out the longest walk, which it is said to cost, and a contract is charged for",
    () =>
      Effect.gen(function* () {
        const { api, address, attempt, contract, keys, toFunction } = yield* relayed()
        /** The weight of a transaction, and what it cost its signer. */
        const sent = (transaction: Call, signer: "Cold1" | "Cold2") =>
          Effect.gen(function* () {
            const before = yield* freeOf(api, keys[signer].address)
            const { events } = yield* send(transaction, keys[signer])
            const info = events.find(({ event }) => /^Extrinsic(?:Success|Failed)$/.test(event.method))?.event.data.at(-1)
            const success = info?.toJSON() as { readonly weight: { readonly refTime: number } } | undefined // the metadata's type
            return { weight: success?.weight.refTime ?? 0, paid: before - (yield* freeOf(api, keys[signer].address)) }
          })
        const give = call(api, "subtensorModule", "transferStake", address("Cold3"), address("Hot1"), netuid, netuid, 5_000_000_000n)
        const shorter = (paid: bigint, weight: number) => paid - price(BASE) - price(weight)
        const direct = yield* sent(give, "Cold1")
        assert.strictEqual(direct.weight, BASE + EXTENSIONS + TRANSFER_STAKE + walk(1))
        const rest = shorter(direct.paid, EXTENSIONS + TRANSFER_STAKE)
        assert.isTrue(rest > 50n && rest < 200n, `${rest} for the length`)
        const tooMuch = call(api, "subtensorModule", "transferStake", address("Cold3"), address("Hot1"), netuid, netuid, 2n ** 64n - 2n)
        assert.strictEqual((yield* sent(tooMuch, "Cold1")).weight, direct.weight)

        assert.strictEqual(yield* attempt("Cold1", "proxy", "addProxy", address("Cold2"), "Transfer", 0), "done")
        const proxied = yield* sent(call(api, "proxy", "proxy", address("Cold1"), null, give), "Cold2")
        const own = proxied.weight - direct.weight
        assert.isTrue(own > 0 && own < walk(8), `${own} for the proxy`)
        assert.isTrue(shorter(proxied.paid, EXTENSIONS + TRANSFER_STAKE + own) < 200n)

        const types = "(AccountId, AccountId, u16, u16, u64)"
        const input = toFunction(25, types, [address("Cold3"), address("Hot1"), netuid, netuid, 5_000_000_000])
        const limit = { refTime: 100_000_000_000, proofSize: 1_000_000 }
        const contracted = yield* sent(call(api, "contracts", "call", contract, 0, limit, null, input), "Cold1")
        assert.isAbove(contracted.weight, walk(256) + TRANSFER_STAKE)
        assert.isAbove(Number(contracted.paid), Number(price(walk(256))))
      })
  )
})

describe("the order of transactions", () => {
  it.scopedLive("is no tip's: it neither goes first nor replaces another", () =>
    Effect.gen(function* () {
      const { remark, alice, bob, submit, build, taken } = yield* setup()
      const first = yield* submit(remark, alice, { nonce: 0 })
      const generous = yield* submit(remark, bob, { nonce: 0, tip: 1_000_000_000 })
      assert.strictEqual((yield* submit(remark, alice, { nonce: 0, tip: 1_000_000_000 })).refused, 1014)
      yield* build
      assert.deepStrictEqual(yield* taken, [first.hex, generous.hex])
    })
  )

  it.scopedLive("is that of the blocks that they may still wait for", () =>
    Effect.gen(function* () {
      const { remark, alice, bob, dave, submit, build, taken } = yield* setup()
      const forEver = yield* submit(remark, alice, { nonce: 0 })
      const long = yield* submit(remark, bob, { nonce: 0, era: 64 })
      const short = yield* submit(remark, dave, { nonce: 0, era: 8 })
      yield* build
      assert.deepStrictEqual(yield* taken, [short.hex, long.hex, forEver.hex])
    })
  )

  it.scopedLive("begins with operational calls, which only root makes", () =>
    Effect.gen(function* () {
      const { api, remark, alice, bob, submit, build, taken } = yield* setup()
      const plain = yield* submit(remark, bob, { nonce: 0, era: 8 })
      const usurped = yield* submit(remark, alice, { nonce: 0 })
      const operational = yield* submit(call(api, "sudo", "sudo", call(api, "system", "setHeapPages", 64)), alice, { nonce: 0 })
      assert.deepStrictEqual([usurped.refused, operational.refused], [undefined, undefined])
      yield* build
      assert.deepStrictEqual(yield* taken, [operational.hex, plain.hex])
    })
  )
})
