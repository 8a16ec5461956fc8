/** A connection does not accumulate memory, even in a process that runs for months. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Redacted, Schedule, Schema } from "effect"
import { Chain, layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { relay } from "../../support/devnet/relay.ts"
import { devChain } from "../../support/devnet/support.ts"
import { counted } from "../../support/rounds/counted.ts"

const TRANSACTIONS = 5

const decodeRequest = Schema.decodeUnknownSync(
  Schema.parseJson(Schema.Struct({ id: Schema.Number, method: Schema.String, params: Schema.Array(Schema.Unknown) }))
)

const remark = (text: string) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    return yield* chain.submit({
      label: `remark ${text}`,
      signer: yield* keyPairOf(Redacted.make("//Alice")),
      until: text === "final" ? "finalised" : "inBlock",
      call: (api) => {
        const call = api.tx.system?.remark
        if (call === undefined) throw new Error("no such call")
        return call(text)
      }
    })
  })

describe("a connection", () => {
  it.scopedLive("follows a transaction only until it is in a block, final, or abandoned", () =>
    Effect.gen(function* () {
      const node = yield* devChain({ blockTime: Duration.millis(50) })
      const relay = yield* counted(node.endpoint)
      const times = (method: string, all: ReadonlyArray<string>) => all.filter((one) => one === method).length
      yield* Effect.gen(function* () {
        relay.taken()
        for (let index = 0; index < TRANSACTIONS; index++) yield* remark(index === 0 ? "final" : `number ${index}`)
        yield* Effect.flatMap(Effect.fork(remark("given up")), (fiber) => Effect.delay(Fiber.interrupt(fiber), "20 millis"))
        const all: Array<string> = []
        yield* Effect.sync(() => all.push(...relay.taken())).pipe(
          Effect.repeat({
            schedule: Schedule.spaced("5 millis"),
            until: () => times("author_unwatchExtrinsic", all) === times("author_submitAndWatchExtrinsic", all) && all.length > TRANSACTIONS
          })
        )
        assert.isAtLeast(times("author_unwatchExtrinsic", all), TRANSACTIONS)
      }).pipe(Effect.provide(chainLayer([relay.endpoint])))
    })
  )

  it.scopedLive("sends a transaction again in the next blocks while an encrypted one is due", () =>
    Effect.gen(function* () {
      const node = yield* devChain({ blockTime: Duration.millis(50) })
      const refused: Array<string> = []
      let refusing = 2
      // A node's answer while the shield pallet of newer runtimes refuses ordinary transactions.
      const reply = (text: string) => {
        const { id, method, params } = decodeRequest(text)
        if (method !== "author_submitAndWatchExtrinsic" || refusing-- <= 0) return undefined
        refused.push(String(params[0]))
        const data = "Transaction would exhaust the block limits"
        return JSON.stringify({ jsonrpc: "2.0", id, error: { code: 1010, message: "Invalid Transaction", data } })
      }
      const endpoint = yield* relay(node.endpoint, { reply })
      yield* Effect.gen(function* () {
        const { block } = yield* remark("patient")
        assert.isAbove(block.number, 2)
        // A node bans a refused transaction for half an hour.
        assert.lengthOf(new Set(refused), 2)
        refusing = Number.POSITIVE_INFINITY
        const error = yield* Effect.flip(remark("too heavy for any block"))
        assert.match(error.message, /^the chain refused "remark too heavy for any block" of .*would exhaust the block limits/)
      }).pipe(Effect.provide(chainLayer([endpoint])))
    })
  )

  it.scopedLive("caches no answers: the same query is sent again", () =>
    Effect.gen(function* () {
      const node = yield* devChain({ blockTime: Duration.millis(50) })
      const relay = yield* counted(node.endpoint)
      yield* Effect.gen(function* () {
        const chain = yield* Chain
        const { hash } = yield* chain.finalisedHead
        const ask = chain.readAt("balance of nobody", hash, async (at) => at.query.system?.account?.(new Uint8Array(32)))
        yield* ask
        relay.taken()
        yield* ask
        assert.deepStrictEqual(relay.taken(), ["state_getStorage"])
      }).pipe(Effect.provide(chainLayer([relay.endpoint])))
    })
  )

  it.scopedLive("is lost, as any other, when the node tells nothing about its runtime", () =>
    Effect.gen(function* () {
      const node = yield* devChain({ blockTime: Duration.millis(50) })
      // The node refuses. A node that never answers this request fails in the same way after 20 s.
      const relay = yield* counted(node.endpoint, new Set(["state_subscribeRuntimeVersion"]))
      const head = Effect.flatMap(Chain, ({ finalisedHead }) => finalisedHead).pipe(Effect.provide(chainLayer([relay.endpoint])))
      const error = yield* Effect.flip(head)
      assert.strictEqual(error._tag, "ChainUnavailable")
      assert.match(error.message, /did not answer "follow the runtime" \(.*Method not found.*\): is the endpoint right/)
    })
  )

  it.scopedLive("is left for the next endpoint when the node gives a wrong hash, which no caller gets", () =>
    Effect.gen(function* () {
      const node = yield* devChain({ blockTime: "manual" })
      // Beyond the block hashes that a state contains (`BlockHashCount`).
      while (node.chain.head().number < 2_410) yield* Effect.orDie(node.chain.build)
      yield* Effect.repeat(Effect.sync(node.chain.finalized), {
        until: ({ number }) => number === 2_410,
        schedule: Schedule.spaced("20 millis")
      })
      const lies = yield* relay(node.endpoint, {
        reply: (text) => {
          const { id, method, params } = decodeRequest(text)
          const [asked] = params
          const result = (Array.isArray(asked) ? asked : [asked]).map(() => `0x${"ab".repeat(32)}`)
          return method === "chain_getBlockHash" && asked !== 0 ? JSON.stringify({ jsonrpc: "2.0", id, result }) : undefined
        }
      })
      const truly = <A, E>(ask: (chain: Chain["Type"]) => Effect.Effect<A, E>) =>
        Effect.flatMap(Chain, ask).pipe(Effect.provide(chainLayer([node.endpoint])))
      yield* Effect.gen(function* () {
        const { endpointInUse, finalisedHead, hashOf } = yield* Chain
        const near = (yield* finalisedHead).number - 3
        assert.strictEqual(yield* endpointInUse, lies)
        // The state contains the hash.
        const told = yield* hashOf(near)
        const refused = yield* Effect.flip(hashOf(2))
        assert.match(refused.message, /it gives 0xabab\w+, which is another block or none/)
        const far = yield* Effect.retry(hashOf(2), { schedule: Schedule.spaced("20 millis"), times: 1_000 })
        assert.deepStrictEqual([told, far], yield* truly(({ hashesOf }) => hashesOf([near, 2])))
        assert.strictEqual(yield* endpointInUse, node.endpoint)
      }).pipe(Effect.provide(chainLayer([lies, node.endpoint])))
    })
  )
})
