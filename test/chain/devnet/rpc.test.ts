/** JSON-RPC on the wire, without a client library's tolerance. */
import { assert, describe, it } from "@effect/vitest"
import { blake2b } from "@noble/hashes/blake2.js"
import { Effect } from "effect"
import * as fc from "fast-check"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { open, request } from "../../support/devnet/socket.ts"
import { ask, call, connect, devChain, keyOf, post, signed } from "../../support/devnet/support.ts"

describe("JSON-RPC", () => {
  it.scopedLive("answers invalid JSON, requests and methods as the standard says", () =>
    Effect.gen(function* () {
      const { port } = yield* devChain({ blockTime: "manual" })
      assert.deepStrictEqual(yield* post(port, "{"), { jsonrpc: "2.0", id: null, error: { code: -32700, message: "Parse error" } })
      assert.deepStrictEqual(yield* post(port, "[]"), { jsonrpc: "2.0", id: null, error: { code: -32600, message: "Invalid request" } })
      assert.deepStrictEqual(yield* post(port, '{"id":7}'), { jsonrpc: "2.0", id: 7, error: { code: -32600, message: "Invalid request" } })
      assert.deepStrictEqual(yield* post(port, "42"), { jsonrpc: "2.0", id: null, error: { code: -32600, message: "Invalid request" } })
      assert.strictEqual((yield* ask(port, "no_such")).error?.code, -32601)
      // names that every object has are not methods
      for (const name of ["constructor", "toString", "__proto__"]) assert.strictEqual((yield* ask(port, name)).error?.code, -32601)
      assert.strictEqual((yield* ask(port, "state_getStorage", "zz")).error?.code, -32602)
      assert.strictEqual((yield* ask(port, "state_getStorage")).error?.code, -32602)
      assert.strictEqual((yield* ask(port, "chain_subscribeNewHeads")).error?.code, -32601)
      const named = yield* post(port, JSON.stringify({ jsonrpc: "2.0", id: 1, method: "chain_getHeader", params: { hash: null } }))
      assert.strictEqual((named as { readonly error: { readonly code: number } }).error.code, -32602)
      assert.isUndefined(yield* post(port, JSON.stringify({ jsonrpc: "2.0", method: "system_chain", params: [] })))
      const methods = (yield* ask(port, "rpc_methods")).result as { readonly methods: ReadonlyArray<string> }
      assert.includeMembers([...methods.methods], ["rpc_methods", "state_getMetadata", "dev_newBlock"])
    })
  )

  it.scopedLive("answers batches, each in its place", () =>
    Effect.gen(function* () {
      const { port, chain } = yield* devChain({ blockTime: "manual" })
      const answers = yield* post(
        port,
        JSON.stringify([
          request(1, "system_chain"),
          5,
          request("b", "no_such"),
          { jsonrpc: "2.0", method: "system_chain" },
          request(3, "chain_getBlockHash", 0)
        ])
      )
      assert.deepStrictEqual(answers, [
        { jsonrpc: "2.0", id: 1, result: "Gittensor Dev" },
        { jsonrpc: "2.0", id: null, error: { code: -32600, message: "Invalid request" } },
        { jsonrpc: "2.0", id: "b", error: { code: -32601, message: "Method not found: no_such" } },
        { jsonrpc: "2.0", id: 3, result: `0x${chain.genesis.hash}` }
      ])
      const many = yield* post(port, JSON.stringify(Array.from({ length: 1001 }, (_, id) => request(id, "system_chain"))))
      assert.strictEqual((many as { readonly error: { readonly code: number } }).error.code, -32010)
    })
  )

  it.scopedLive("takes block numbers in the forms of Substrate's clients", () =>
    Effect.gen(function* () {
      const { port, chain } = yield* devChain({ blockTime: "manual" })
      yield* ask(port, "dev_newBlock", { count: 3 })
      const hash = (number: number) => `0x${chain.blockAt(number)?.hash}`
      const at = (...params: ReadonlyArray<unknown>) => Effect.map(ask(port, "chain_getBlockHash", ...params), ({ result }) => result)
      assert.strictEqual(yield* at(), hash(3))
      assert.strictEqual(yield* at(null), hash(3))
      assert.strictEqual(yield* at(2), hash(2))
      assert.strictEqual(yield* at("0x2"), hash(2))
      assert.strictEqual(yield* at("0x00000002"), hash(2))
      assert.isNull(yield* at(4))
      assert.deepStrictEqual(yield* at([0, "0x1", 9]), [hash(0), hash(1), null])
      const block = (yield* ask(port, "chain_getBlock", hash(2))).result as {
        readonly block: {
          readonly header: { readonly number: string; readonly parentHash: string }
          readonly extrinsics: ReadonlyArray<string>
        }
        readonly justifications: null
      }
      assert.strictEqual(block.block.header.number, "0x2")
      assert.strictEqual(block.block.header.parentHash, hash(1))
      assert.lengthOf(block.block.extrinsics, 1)
      assert.isNull(block.justifications)
      assert.isNull((yield* ask(port, "chain_getHeader", `0x${"00".repeat(32)}`)).result)
      const unknown = (yield* ask(port, "state_getStorage", "0x00", `0x${"00".repeat(32)}`)).error
      assert.strictEqual(unknown?.code, 4003)
      assert.include(unknown?.message, "UnknownBlock")
    })
  )

  it.scopedLive("reads storage at any block: single keys, pages and ranges", () =>
    Effect.gen(function* () {
      const { port, chain } = yield* devChain({ blockTime: "manual" })
      yield* ask(port, "dev_newBlock", { count: 4 })
      const number = `0x${storageValueKey("System", "Number")}`
      const hash = (at: number) => `0x${chain.blockAt(at)?.hash}`
      assert.strictEqual((yield* ask(port, "state_getStorage", number, hash(2))).result, "0x02000000")
      assert.strictEqual((yield* ask(port, "state_getStorageSize", number)).result, 4)
      assert.deepStrictEqual((yield* ask(port, "state_queryStorageAt", [number, "0xff"], hash(3))).result, [
        {
          block: hash(3),
          changes: [
            [number, "0x03000000"],
            ["0xff", null]
          ]
        }
      ])
      const range = (yield* ask(port, "state_queryStorage", [number], hash(1), hash(3))).result
      assert.deepStrictEqual(
        range,
        [1, 2, 3].map((at) => ({ block: hash(at), changes: [[number, `0x0${at}000000`]] }))
      )
      const accounts = `0x${storageValueKey("System", "Account")}`
      const all = (yield* ask(port, "state_getKeys", accounts)).result as ReadonlyArray<string>
      assert.lengthOf(all, Object.keys(devAccounts).length)
      const alice = yield* keyOf("//Alice")
      assert.include(all, `${accounts}${blake2b(alice.publicKey, { dkLen: 16 }).toHex()}${alice.publicKey.toHex()}`)
      const paged: Array<string> = []
      for (let page: ReadonlyArray<string> = [""]; page.length > 0; paged.push(...page)) {
        page = (yield* ask(port, "state_getKeysPaged", accounts, 3, paged.at(-1) ?? null, null)).result as ReadonlyArray<string>
      }
      assert.deepStrictEqual(paged, [...all].sort())
      assert.strictEqual((yield* ask(port, "state_getKeysPaged", accounts, 1001)).error?.code, -32602)
      assert.strictEqual((yield* ask(port, "state_getReadProof", [number])).error?.code, 4003)
      assert.strictEqual((yield* ask(port, "state_call", "Core_version", "0x")).error, undefined)
      assert.strictEqual((yield* ask(port, "state_call", "No_such", "0x")).error?.code, 4003)
    })
  )

  it.scopedLive("reports a state as pruned once it is older than what is kept", () =>
    Effect.gen(function* () {
      const { port, chain } = yield* devChain({ blockTime: "manual", retention: 10 })
      yield* ask(port, "dev_fastForward", 30)
      const number = `0x${storageValueKey("System", "Number")}`
      assert.strictEqual((yield* ask(port, "state_getStorage", number, `0x${chain.blockAt(20)?.hash}`)).result, "0x14000000")
      const gone = (yield* ask(port, "state_getStorage", number, `0x${chain.blockAt(19)?.hash}`)).error
      assert.strictEqual(gone?.code, 4003)
      assert.include(gone?.message, "State already discarded")
      assert.isObject((yield* ask(port, "chain_getHeader", `0x${chain.blockAt(19)?.hash}`)).result)
    })
  )

  it.scopedLive("never notifies before the answer that names the subscription", () =>
    Effect.gen(function* () {
      const { endpoint, chain } = yield* devChain({ blockTime: "instant" })
      const client = yield* open(endpoint)
      const api = yield* connect(endpoint)
      const alice = yield* keyOf("//Alice")
      const remark = yield* signed(call(api, "system", "remark", "0x01"), alice, 0)
      client.send([request(1, "author_submitAndWatchExtrinsic", remark), request(2, "chain_subscribeNewHeads")])
      // a block may be built before the answer is sent
      const answers = (yield* client.next) as unknown as ReadonlyArray<{ readonly result: string }>
      assert.isArray(answers)
      const watch = answers[0]?.result
      const seen: Array<unknown> = []
      while (seen.length < 3) {
        const { params } = yield* client.next
        const { subscription, result } = params as { readonly subscription: string; readonly result: unknown }
        if (subscription === watch) seen.push(result)
      }
      const inBlock = `0x${chain.head().hash}`
      assert.deepStrictEqual(seen, ["ready", { inBlock }, { finalized: inBlock }])
      client.send(request(3, "author_unwatchExtrinsic", watch))
      assert.deepStrictEqual(yield* client.next, { jsonrpc: "2.0", id: 3, result: false })
    })
  )

  it.scopedLive("forgets a client that disconnects, and limits what one may hold", () =>
    Effect.gen(function* () {
      const { endpoint, chain, port } = yield* devChain({ blockTime: "manual" })
      const client = yield* open(endpoint)
      for (let id = 0; id < 1024; id++) client.send(request(id, "chain_subscribeNewHeads"))
      client.send(request("last", "chain_subscribeNewHeads"))
      let refused: unknown
      while (refused === undefined) {
        const message = yield* client.next
        if (message.id === "last") refused = message.error
      }
      assert.deepStrictEqual(refused, { code: -32006, message: "Too many subscriptions on the connection" })
      client.socket.terminate()
      yield* Effect.sleep("100 millis")
      const told: Array<number> = []
      chain.onBlock(({ number }) => void told.push(number))
      yield* ask(port, "dev_newBlock")
      assert.deepStrictEqual(told, [1])
    })
  )

  it.scopedLive("closes the connection of a client that sends too much at once", () =>
    Effect.gen(function* () {
      const { endpoint, port } = yield* devChain({ blockTime: "manual" })
      const client = yield* open(endpoint)
      client.send("x".repeat(17 * 1024 * 1024))
      assert.notStrictEqual(yield* client.closed, 1000)
      assert.strictEqual((yield* ask(port, "system_chain")).result, "Gittensor Dev")
    })
  )

  it.scopedLive("survives and answers arbitrary requests", () =>
    Effect.gen(function* () {
      const { port } = yield* devChain({ blockTime: "manual" })
      const { methods } = (yield* ask(port, "rpc_methods")).result as { readonly methods: ReadonlyArray<string> }
      // these would obey, and take long
      const tame = methods.filter((name) => !["dev_fastForward", "dev_newBlock", "dev_setBlockBuildMode"].includes(name))
      const value = fc.oneof(
        fc.jsonValue(),
        fc.constantFrom("0x", "0x00", `0x${"00".repeat(32)}`, "Core_version", 0, 1, -1, 1e300, null, [])
      )
      const message = fc.record({
        jsonrpc: fc.constant("2.0"),
        id: fc.jsonValue(),
        method: fc.constantFrom(...tame),
        params: fc.array(value, { maxLength: 5 })
      })
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(
            fc.oneof(
              fc.json(),
              fc.string(),
              message.map((one) => JSON.stringify(one)),
              fc.array(message).map((all) => JSON.stringify(all))
            ),
            async (body) => {
              const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body })
              const text = await response.text()
              assert.notInclude(text, '"code":-32603')
              if (text !== "") JSON.parse(text)
            }
          ),
          { numRuns: 400 }
        )
      )
      assert.strictEqual((yield* ask(port, "system_chain")).result, "Gittensor Dev")
    })
  )
})
