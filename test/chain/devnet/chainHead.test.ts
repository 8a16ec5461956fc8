/** The methods of the JSON-RPC interface specification (`chainHead_v1_*` and others), on the wire. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import type { Chain } from "../../../lab/devnet/chain/Chain.ts"
import { blake2b256 } from "../../../lab/devnet/chain/codec/hash.ts"
import { encodeHeader } from "../../../lab/devnet/chain/codec/header.ts"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { toHex } from "../../../src/domain/hex.ts"
import { open, request, type Socket } from "../../support/devnet/socket.ts"
import { ask, call, connect, devChain, keyOf, newestFinal, secondVersion, signed } from "../../support/devnet/support.ts"

type Message = Record<string, unknown>

/** A client that sorts what arrives: answers by id, and the events of its subscriptions. */
const client = (endpoint: string) =>
  Effect.gen(function* () {
    const socket: Socket = yield* open(endpoint)
    const events: Array<Message> = []
    let ids = 0
    const event = Effect.suspend(() => {
      const first = events.shift()
      return first === undefined ? Effect.map(socket.next, eventOf) : Effect.succeed(first)
    })
    const eventOf = ({ params }: Message): Message => (params as { readonly result: Message }).result
    const asked = (method: string, ...params: ReadonlyArray<unknown>) =>
      Effect.gen(function* () {
        const id = ++ids
        socket.send(request(id, method, ...params))
        for (;;) {
          const message = yield* socket.next
          if (message.id === id) return message as { readonly result?: unknown; readonly error?: { readonly code: number } }
          events.push(eventOf(message))
        }
      })
    /** The operation's events up to the last one. */
    const operation = (method: string, ...params: ReadonlyArray<unknown>) =>
      Effect.gen(function* () {
        const { result } = yield* asked(method, ...params)
        const { operationId } = result as { readonly operationId: string }
        assert.isFalse(
          events.some((early) => early.operationId === operationId),
          "the answer comes before the operation's events"
        )
        const seen: Array<Message> = []
        for (;;) {
          const next = yield* event
          // Blocks may become final meanwhile.
          if (next.operationId !== operationId) continue
          seen.push(next)
          if (next.event !== "operationStorageItems") return { operationId, seen, last: next }
        }
      })
    const follow = (withRuntime: boolean) => Effect.map(asked("chainHead_v1_follow", withRuntime), ({ result }) => String(result))
    return { asked, event, events, operation, follow, socket }
  })

const hashOf = (chain: Chain, number: number) => `0x${chain.blockAt(number)?.hash}`

describe("chainHead_v1", () => {
  it.scopedLive("reports the finalised block first, then each new block, the best one, and finality", () =>
    Effect.gen(function* () {
      const { endpoint, chain, port } = yield* devChain({ blockTime: "manual" })
      const { asked, event, follow } = yield* client(endpoint)
      const id = yield* follow(true)
      const first = yield* event
      assert.strictEqual(first.event, "initialized")
      assert.deepStrictEqual(first.finalizedBlockHashes, [hashOf(chain, 0)])
      const runtime = first.finalizedBlockRuntime as { readonly type: string; readonly spec: Message }
      assert.strictEqual(runtime.type, "valid")
      assert.strictEqual((runtime.spec.apis as Record<string, number>)["0xdf6acb689907609b"], 5)
      assert.deepStrictEqual(Object.keys(runtime.spec).sort(), [
        "apis",
        "implName",
        "implVersion",
        "specName",
        "specVersion",
        "transactionVersion"
      ])
      assert.deepStrictEqual(yield* event, { event: "bestBlockChanged", bestBlockHash: hashOf(chain, 0) })
      yield* ask(port, "dev_newBlock", { count: 2 })
      for (const number of [1, 2]) {
        const block = hashOf(chain, number)
        const parent = hashOf(chain, number - 1)
        assert.deepStrictEqual(yield* event, { event: "newBlock", blockHash: block, parentBlockHash: parent, newRuntime: null })
        assert.deepStrictEqual(yield* event, { event: "bestBlockChanged", bestBlockHash: block })
      }
      const finalized: Array<unknown> = []
      while (finalized.length < 2) finalized.push(...((yield* event).finalizedBlockHashes as ReadonlyArray<unknown>))
      assert.deepStrictEqual(finalized, [hashOf(chain, 1), hashOf(chain, 2)])
      assert.isNull((yield* asked("chainHead_v1_unfollow", id)).result)
      yield* ask(port, "dev_newBlock")
      assert.isNull((yield* asked("chainHead_v1_header", id, hashOf(chain, 2))).result, "an ended subscription has no blocks")
      assert.deepStrictEqual((yield* asked("chainHead_v1_body", id, hashOf(chain, 2))).result, { result: "limitReached" })
    })
  )

  it.scopedLive("answers header, body, call and storage of a block, each after the operation's id", () =>
    Effect.gen(function* () {
      const { endpoint, chain, port } = yield* devChain({ blockTime: "manual" })
      yield* ask(port, "dev_newBlock", { count: 3 })
      const { asked, follow, event, operation } = yield* client(endpoint)
      const id = yield* follow(true)
      while ((yield* event).event !== "bestBlockChanged");
      const head = chain.head()
      const hash = `0x${head.hash}`
      assert.strictEqual((yield* asked("chainHead_v1_header", id, hash)).result, toHex(encodeHeader(head.header)))
      const body = yield* operation("chainHead_v1_body", id, hash)
      assert.deepStrictEqual([body.last.event, body.last.value], ["operationBodyDone", head.extrinsics.map(toHex)])
      const version = yield* operation("chainHead_v1_call", id, hash, "Core_version", "0x")
      assert.deepStrictEqual(
        [version.last.event, version.last.output],
        ["operationCallDone", (yield* ask(port, "state_call", "Core_version", "0x")).result]
      )
      assert.strictEqual((yield* operation("chainHead_v1_call", id, hash, "No_such", "0x")).last.event, "operationError")

      const number = `0x${storageValueKey("System", "Number")}`
      const accounts = `0x${storageValueKey("System", "Account")}`
      const { seen } = yield* operation("chainHead_v1_storage", id, hash, [
        { key: number, type: "value" },
        { key: number, type: "hash" },
        { key: "0xff", type: "value" },
        { key: accounts, type: "descendantsHashes" }
      ])
      const items = seen.flatMap((one) => (one.items as ReadonlyArray<Message> | undefined) ?? [])
      assert.deepStrictEqual(items.slice(0, 2), [
        { key: number, value: "0x03000000" },
        { key: number, hash: toHex(blake2b256(new Uint8Array([3, 0, 0, 0]))) }
      ])
      const keys = (yield* ask(port, "state_getKeys", accounts)).result as ReadonlyArray<string>
      assert.lengthOf(keys, Object.keys(devAccounts).length)
      assert.deepStrictEqual(
        items.slice(2).map(({ key }) => key),
        [...keys]
      )
      for (const { key, hash: found } of items.slice(2))
        assert.strictEqual(found, (yield* ask(port, "state_getStorageHash", key, hash)).result)
      assert.strictEqual(seen.at(-1)?.event, "operationStorageDone")

      // What stands in for Merkle values changes with what lies below the key, and only then.
      const digests = (at: string) =>
        Effect.map(
          operation(
            "chainHead_v1_storage",
            id,
            at,
            [accounts, number, "0xff"].map((key) => ({ key, type: "closestDescendantMerkleValue" }))
          ),
          ({ seen }) => seen.flatMap((one) => (one.items as ReadonlyArray<Message> | undefined) ?? [])
        )
      const before = yield* digests(hash)
      assert.deepStrictEqual(
        before.map(({ key }) => key),
        [accounts, number]
      )
      yield* ask(port, "dev_newBlock", { count: 1 })
      while ((yield* event).event !== "bestBlockChanged");
      const after = yield* digests(`0x${chain.head().hash}`)
      const valueOf = (items: ReadonlyArray<Message>, at: number) => items[at]?.closestDescendantMerkleValue
      assert.match(String(valueOf(before, 0)), /^0x[0-9a-f]{64}$/)
      assert.deepStrictEqual(
        [valueOf(before, 0) === valueOf(after, 0), valueOf(before, 1) === valueOf(after, 1)],
        [true, false],
        "no account has changed, the block's number has"
      )
    })
  )

  it.scopedLive("sends large answers in pages, the next one when the client asks", () =>
    Effect.gen(function* () {
      const { endpoint, chain, port } = yield* devChain({ blockTime: "manual" })
      const { asked, event, follow, operation } = yield* client(endpoint)
      const id = yield* follow(false)
      while ((yield* event).event !== "bestBlockChanged");
      const hash = hashOf(chain, 0)
      const all = (yield* ask(port, "state_getKeys", "0x")).result as ReadonlyArray<string>
      // every key, often enough for three pages
      const queries = Array.from({ length: Math.ceil(1100 / all.length) }, () => ({ key: "0x", type: "descendantsHashes" }))
      const wanted = queries.length * all.length
      const first = yield* operation("chainHead_v1_storage", id, hash, queries)
      const got = first.seen.flatMap((one) => (one.items as ReadonlyArray<Message> | undefined) ?? [])
      assert.strictEqual(first.last.event, "operationWaitingForContinue")
      assert.isBelow(got.length, wanted)
      let last: Message = first.last
      while (last.event === "operationWaitingForContinue") {
        assert.isNull((yield* asked("chainHead_v1_continue", id, first.operationId)).result)
        for (last = yield* event; last.event === "operationStorageItems"; last = yield* event)
          got.push(...(last.items as ReadonlyArray<Message>))
      }
      assert.strictEqual(last.event, "operationStorageDone")
      assert.lengthOf(got, wanted)
      assert.deepStrictEqual(new Set(got.map(({ key }) => key)), new Set(all))
      assert.strictEqual((yield* asked("chainHead_v1_continue", id, first.operationId)).error?.code, -32803)

      // sixteen may wait; one that is stopped makes room
      const waiting: Array<string> = []
      for (let count = 0; count < 16; count++) waiting.push((yield* operation("chainHead_v1_storage", id, hash, queries)).operationId)
      assert.deepStrictEqual((yield* asked("chainHead_v1_storage", id, hash, queries)).result, { result: "limitReached" })
      assert.deepStrictEqual((yield* asked("chainHead_v1_body", id, hash)).result, { result: "limitReached" })
      assert.isNull((yield* asked("chainHead_v1_stopOperation", id, waiting[0])).result)
      assert.strictEqual((yield* asked("chainHead_v1_continue", id, waiting[0])).error?.code, -32803)
      assert.strictEqual((yield* operation("chainHead_v1_body", id, hash)).last.event, "operationBodyDone")
      const many = (yield* asked(
        "chainHead_v1_storage",
        id,
        hash,
        Array.from({ length: 1003 }, () => ({ key: "0xff", type: "value" }))
      )).result as Message
      assert.strictEqual(many.discardedItems, 3)
    })
  )

  it.scopedLive("answers with the specification's errors, and keeps connections apart", () =>
    Effect.gen(function* () {
      const { endpoint, chain } = yield* devChain({ blockTime: "manual" })
      const { asked, event, follow } = yield* client(endpoint)
      const id = yield* follow(false)
      const initialized = yield* event
      assert.notProperty(initialized, "finalizedBlockRuntime")
      yield* event
      const hash = hashOf(chain, 0)
      const codeOf = (method: string, ...params: ReadonlyArray<unknown>) => Effect.map(asked(method, ...params), ({ error }) => error?.code)
      const unknown = `0x${"00".repeat(32)}`
      assert.strictEqual(yield* codeOf("chainHead_v1_header", id, unknown), -32801)
      assert.strictEqual(yield* codeOf("chainHead_v1_call", id, hash, "Core_version", "0x"), -32802)
      assert.strictEqual(yield* codeOf("chainHead_v1_storage", id, hash, [{ key: "0x", type: "everything" }]), -32602)
      assert.strictEqual(yield* codeOf("chainHead_v1_unpin", id, [hash, hash]), -32804)
      assert.strictEqual(yield* codeOf("chainHead_v1_unpin", id, [hash, unknown]), -32801)
      const other = yield* client(endpoint)
      assert.isNull((yield* other.asked("chainHead_v1_header", id, hash)).result)
      assert.isNull((yield* other.asked("chainHead_v1_unfollow", id)).result)
      assert.isUndefined(yield* codeOf("chainHead_v1_unpin", id, hash))
      assert.strictEqual(yield* codeOf("chainHead_v1_header", id, hash), -32801)
      for (let count = 1; count < 4; count++) yield* follow(true)
      assert.strictEqual(yield* codeOf("chainHead_v1_follow", true), -32800)
    })
  )

  it.scopedLive("stops a client that keeps every block, and one that blocks would overrun", () =>
    Effect.gen(function* () {
      const { chain, endpoint, port } = yield* devChain({ blockTime: "manual" })
      const hoarder = yield* client(endpoint)
      yield* hoarder.follow(false)
      for (let built = 0; built < 1100; built += 100) {
        yield* ask(port, "dev_newBlock", { count: 100 })
        yield* newestFinal(chain)
      }
      let blocks = 0
      for (let last = yield* hoarder.event; last.event !== "stop"; last = yield* hoarder.event) if (last.event === "newBlock") blocks++
      assert.strictEqual(blocks, 1023, "with the first finalised block, 1,024")
      const follower = yield* client(endpoint)
      const id = yield* follower.follow(false)
      yield* ask(port, "dev_fastForward", 500)
      while ((yield* follower.event).event !== "stop");
      assert.isNull((yield* follower.asked("chainHead_v1_header", id, `0x${"00".repeat(32)}`)).result)
    })
  )

  it.scopedLive("reports the new runtime with the block that brings it", () =>
    Effect.gen(function* () {
      const { endpoint, port } = yield* devChain({ blockTime: "manual" })
      const { asked, event, follow } = yield* client(endpoint)
      const api = yield* connect(endpoint)
      yield* follow(true)
      const code = call(api, "system", "setCode", `0x${Buffer.from(secondVersion).toString("hex")}`)
      const upgrade = call(api, "sudo", "sudoUncheckedWeight", code, { refTime: 0, proofSize: 0 })
      yield* asked("author_submitExtrinsic", yield* signed(upgrade, yield* keyOf("//Alice"), 0))
      yield* ask(port, "dev_newBlock", { count: 3 })
      const versions: Array<number | undefined> = []
      while (versions.length < 3) {
        const block = yield* event
        if (block.event !== "newBlock") continue
        versions.push((block.newRuntime as { readonly spec: { readonly specVersion: number } } | null)?.spec.specVersion)
      }
      assert.deepStrictEqual(versions, [2, undefined, undefined])
    })
  )
})

describe("transaction_v1, transactionWatch_v1 and chainSpec_v1", () => {
  it.scopedLive("follow a transaction to its place in a final block", () =>
    Effect.gen(function* () {
      const { endpoint, chain } = yield* devChain()
      const api = yield* connect(endpoint)
      const alice = yield* keyOf("//Alice")
      const { asked, event } = yield* client(endpoint)
      const remark = yield* signed(call(api, "system", "remark", "0x01"), alice, 0)
      const id = (yield* asked("transactionWatch_v1_submitAndWatch", remark)).result
      assert.isString(id)
      assert.deepStrictEqual(yield* event, { event: "validated" })
      const included = yield* event
      const block = { hash: `0x${chain.head().hash}`, index: 1 }
      assert.deepStrictEqual(included, { event: "bestChainBlockIncluded", block })
      assert.deepStrictEqual(yield* event, { event: "finalized", block })
      assert.isNull((yield* asked("transactionWatch_v1_unwatch", id)).result)
      // the same nonce again
      yield* asked("transactionWatch_v1_submitAndWatch", yield* signed(call(api, "system", "remark", "0x02"), alice, 0))
      const refused = yield* event
      assert.strictEqual(refused.event, "invalid")
      assert.include(String(refused.error), "outdated")
      yield* asked("transactionWatch_v1_submitAndWatch", "0x00")
      assert.strictEqual((yield* event).event, "invalid")
    })
  )

  it.scopedLive("broadcast without a word until stopped", () =>
    Effect.gen(function* () {
      const { endpoint, chain } = yield* devChain()
      const api = yield* connect(endpoint)
      const { asked } = yield* client(endpoint)
      const remark = yield* signed(call(api, "system", "remark", "0x01"), yield* keyOf("//Alice"), 0)
      const id = (yield* asked("transaction_v1_broadcast", remark)).result
      assert.isString(id)
      const isIncluded = () =>
        chain
          .head()
          .extrinsics.map(toHex)
          .includes(remark as `0x${string}`)
      yield* Effect.sync(isIncluded).pipe(Effect.repeat({ until: (included) => included, schedule: Schedule.spaced("5 millis") }))
      assert.isNull((yield* asked("transaction_v1_stop", id)).result)
      assert.strictEqual((yield* asked("transaction_v1_stop", id)).error?.code, -32602)
      for (let count = 0; count < 64; count++) assert.isString((yield* asked("transaction_v1_broadcast", "0x00")).result)
      assert.isNull((yield* asked("transaction_v1_broadcast", "0x00")).result)
    })
  )

  it.scopedLive("name the chain", () =>
    Effect.gen(function* () {
      const { port, chain } = yield* devChain({ blockTime: "manual" })
      assert.strictEqual((yield* ask(port, "chainSpec_v1_chainName")).result, "Gittensor Dev")
      assert.strictEqual((yield* ask(port, "chainSpec_v1_genesisHash")).result, `0x${chain.genesis.hash}`)
      assert.deepStrictEqual((yield* ask(port, "chainSpec_v1_properties")).result, {
        ss58Format: 42,
        tokenDecimals: 9,
        tokenSymbol: "TAO"
      })
    })
  )
})
