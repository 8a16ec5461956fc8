/** The fee of a transaction, and the order of transactions. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, call, connect, devChain, keyOf, query, send } from "../../support/devnet/support.ts"
import { relayed } from "../../support/runtime/relay.ts"
import { netuid } from "../../support/runtime/support.ts"

type Call = ReturnType<typeof call>
type Key = Effect.Effect.Success<ReturnType<typeof keyOf>>

/** Subtensor's weight fee: half a rao per thousand picoseconds, rounded to the nearest rao. */
const price = (picoseconds: number): bigint => (BigInt(picoseconds) + 999n) / 2_000n

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
  it.scopedLive("are the price of a transaction's weight and of its length, and the tip", () =>
    Effect.gen(function* () {
      const { api, bob, alice, submit, build } = yield* setup()
      assert.strictEqual(BigInt(String(yield* query(api, "transactionPayment", "nextFeeMultiplier"))), 10n ** 18n)
      const before = yield* freeOf(api, bob.address)
      const transfer = call(api, "balances", "transferKeepAlive", alice.address, 5_000_000n)
      const { hex, refused } = yield* submit(transfer, bob, { nonce: 0, tip: 1_234 })
      assert.isUndefined(refused)
      yield* build
      const length = BigInt((hex.length - 2) / 2)
      assert.strictEqual(
        before - (yield* freeOf(api, bob.address)) - 5_000_000n,
        price(BASE) + price(EXTENSIONS + TRANSFER) + length + 1_234n
      )
      assert.strictEqual(BigInt(String(yield* query(api, "transactionPayment", "nextFeeMultiplier"))), 10n ** 18n)
    })
  )

  it.scopedLive("of a contract's call are those of what it used, but whoever cannot pay for its limit is refused", () =>
    Effect.gen(function* () {
      const { api, address, contract, toFunction, attempt } = yield* relayed()
      const poor = yield* keyOf("//Poor")
      const limit = { refTime: 100_000_000_000, proofSize: 1_000_000 }
      assert.strictEqual(price(limit.refTime), 50_000_000n)
      const input = toFunction(0, "(AccountId, AccountId, u16)", [address("Hot1"), address("Cold1"), netuid])
      /** Sends a message, and returns the weight in the block's event. */
      const message = Effect.map(send(call(api, "contracts", "call", contract, 0, limit, null, input), poor), ({ events }) => {
        const success = events.find(({ event }) => event.method === "ExtrinsicSuccess")?.event.data[0]
        const info = success?.toJSON() as { readonly weight: { readonly refTime: number } } | undefined // the metadata's type
        return info?.weight.refTime ?? 0
      })
      assert.strictEqual(yield* attempt("Alice", "balances", "transferKeepAlive", poor.address, 50_000_000n), "done")
      assert.match(String(yield* Effect.flip(message)), /Inability to pay some fees/)
      assert.strictEqual(yield* attempt("Alice", "balances", "transferKeepAlive", poor.address, 10_000_000n), "done")
      const weight = yield* message
      assert.isAbove(weight, BASE + EXTENSIONS)
      const paid = 60_000_000n - (yield* freeOf(api, poor.address))
      const rest = paid - price(BASE) - price(weight - BASE)
      assert.isTrue(rest > 200n && rest < 400n, `${rest} for the length`)
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
