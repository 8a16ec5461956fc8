import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, TestClock } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { plainSettings } from "../../support/devnet/contractSettings.ts"
import { ask, call, connect, devChain, keyOf, query, root, runtime, send, signed } from "../../support/devnet/support.ts"
import { patiently } from "../../support/patiently.ts"

/** Retries for up to two minutes, for effects that follow a block or its finality. */
const eventually = <A, E>(effect: Effect.Effect<A, E>, holds: (value: A) => boolean): Effect.Effect<A, E | Error> =>
  effect.pipe(
    Effect.flatMap((value) => (holds(value) ? Effect.succeed(value) : Effect.fail(new Error(`still ${JSON.stringify(value)}`)))),
    Effect.retry(patiently)
  )

const freeOf = (account: unknown): bigint => {
  const { data } = account as { readonly data: { readonly free: number | string } }
  return BigInt(data.free)
}

const setup = (options: Parameters<typeof devChain>[0] = {}) =>
  Effect.gen(function* () {
    const node = yield* devChain(options)
    const api = yield* connect(node.endpoint)
    return { ...node, api, alice: yield* keyOf("//Alice"), bob: yield* keyOf("//Bob"), nobody: yield* keyOf("//Nobody") }
  })

describe("the dev chain seen by polkadot.js", () => {
  it.scopedLive("is a Substrate chain with Subtensor's pallets and our genesis", () =>
    Effect.gen(function* () {
      const { api, genesisHash } = yield* setup()
      assert.strictEqual(api.genesisHash.toHex(), genesisHash)
      assert.strictEqual(api.runtimeChain.toString(), "Gittensor Dev")
      assert.include(Object.keys(api.tx), "subtensorModule")
      assert.strictEqual(yield* query(api, "subtensorModule", "subnetworkN", 74), 4)
      const owner = yield* keyOf("//SubnetOwner//hot")
      assert.strictEqual(yield* query(api, "subtensorModule", "keys", 74, 0), owner.address)
      assert.deepStrictEqual(yield* query(api, "subtensorModule", "validatorPermit", 74), [false, true, true, true])
      const { devAccounts } = yield* Effect.promise(() => import("../../../lab/devnet/chain/genesis.ts"))
      for (const [uri, address] of Object.entries(devAccounts)) assert.strictEqual((yield* keyOf(uri)).address, address)
    })
  )

  it.scopedLive("pays a transfer, with the events and the fee", () =>
    Effect.gen(function* () {
      const { api, alice, nobody } = yield* setup()
      const result = yield* send(call(api, "balances", "transferKeepAlive", nobody.address, 1_000_000_000n), alice)
      const names = result.events.map(({ event }) => `${event.section}.${event.method}`)
      assert.include(names, "balances.Transfer")
      assert.include(names, "system.ExtrinsicSuccess")
      assert.strictEqual(freeOf(yield* query(api, "system", "account", nobody.address)), 1_000_000_000n)
      const info = yield* Effect.promise(() => call(api, "balances", "transferKeepAlive", nobody.address, 1n).paymentInfo(alice))
      assert.isAbove(info.partialFee.toNumber(), 0)
    })
  )

  it.scoped("makes a block final 150 ms after it came, so that no client sees both at once", () =>
    Effect.gen(function* () {
      const { chain, port } = yield* devChain({ blockTime: "manual" })
      const heard: Array<string> = []
      chain.onBlock(({ number }) => void heard.push(`block ${number}`))
      chain.onFinalized(({ number }) => void heard.push(`final ${number}`))
      const startedAt = yield* TestClock.currentTimeMillis
      yield* ask(port, "dev_newBlock")
      yield* Effect.repeat(Effect.zipRight(ask(port, "chain_getFinalizedHead"), TestClock.sleeps()), {
        until: (times) => Chunk.contains(times, startedAt + 150)
      })
      yield* TestClock.adjust("149 millis")
      assert.strictEqual(chain.finalized().number, 0)
      assert.strictEqual((yield* ask(port, "chain_getFinalizedHead")).result, `0x${chain.genesis.hash}`)
      assert.deepStrictEqual(heard, ["block 1"])
      yield* TestClock.adjust("1 millis")
      yield* Effect.repeat(ask(port, "chain_getFinalizedHead"), { until: () => heard.length === 2 })
      assert.deepStrictEqual(heard, ["block 1", "final 1"])
      assert.strictEqual((yield* ask(port, "chain_getFinalizedHead")).result, `0x${chain.head().hash}`)
    })
  )

  it.scopedLive("reports a call that failed, and takes its fee", () =>
    Effect.gen(function* () {
      const { api, alice } = yield* setup()
      const before = freeOf(yield* query(api, "system", "account", alice.address))
      const result = yield* send(call(api, "balances", "transferKeepAlive", alice.address, 10n ** 18n), alice)
      assert.isTrue(result.dispatchError !== undefined)
      assert.isTrue(freeOf(yield* query(api, "system", "account", alice.address)) < before)
    })
  )

  it.scopedLive("keeps transactions with a future nonce until their turn", () =>
    Effect.gen(function* () {
      const { api, bob, chain, port } = yield* setup({ blockTime: "manual" })
      const remark = (nonce: number) => signed(call(api, "system", "remark", "0x01"), bob, nonce)
      for (const nonce of [2, 1]) assert.isString((yield* ask(port, "author_submitExtrinsic", yield* remark(nonce))).result)
      assert.deepStrictEqual((yield* ask(port, "author_pendingExtrinsics")).result, [])
      assert.strictEqual((yield* ask(port, "system_accountNextIndex", bob.address)).result, 0)
      yield* ask(port, "dev_newBlock")
      assert.strictEqual((yield* ask(port, "author_submitExtrinsic", yield* remark(0))).error, undefined)
      assert.lengthOf((yield* ask(port, "author_pendingExtrinsics")).result as ReadonlyArray<unknown>, 3)
      assert.strictEqual((yield* ask(port, "account_nextIndex", bob.address)).result, 3)
      yield* ask(port, "dev_newBlock")
      assert.strictEqual(chain.head().extrinsics.length, 1 + 3)
      assert.deepStrictEqual((yield* query(api, "system", "account", bob.address)) as object, {
        ...((yield* query(api, "system", "account", bob.address)) as object),
        nonce: 3
      })
    })
  )

  it.scopedLive("refuses with Substrate's codes", () =>
    Effect.gen(function* () {
      const { api, alice, bob, nobody, port } = yield* setup({ blockTime: "manual" })
      const remark = call(api, "system", "remark", "0x01")
      const submit = (hex: string) => Effect.map(ask(port, "author_submitExtrinsic", hex), ({ error }) => error)

      const first = yield* signed(remark, bob, 0)
      assert.isUndefined(yield* submit(first))
      assert.strictEqual((yield* submit(first))?.code, 1013)
      const rival = yield* submit(yield* signed(call(api, "system", "remark", "0x02"), bob, 0))
      assert.strictEqual(rival?.code, 1014)
      yield* ask(port, "dev_newBlock")
      assert.deepStrictEqual(yield* submit(first), { code: 1010, message: "Invalid Transaction", data: "Transaction is outdated" })

      const poor = yield* submit(yield* signed(remark, nobody, 0))
      assert.deepStrictEqual(poor, {
        code: 1010,
        message: "Invalid Transaction",
        data: "Inability to pay some fees (e.g. account balance too low)"
      })

      const badSignature = { code: 1010, message: "Invalid Transaction", data: "Transaction has a bad signature" }
      const altered = (hex: string, at: number) => {
        const bytes = Uint8Array.fromHex(hex.slice(2))
        bytes[at] = (bytes[at] ?? 0) ^ 1
        return `0x${bytes.toHex()}`
      }
      assert.deepStrictEqual(yield* submit(altered(yield* signed(remark, alice, 0), 60)), badSignature)
      // A valid transaction's signature on another call.
      assert.deepStrictEqual(yield* submit(altered(first, first.length / 2 - 2)), badSignature)
      assert.strictEqual((yield* submit("0x1234"))?.code, 1002)
      assert.strictEqual((yield* submit("12zz"))?.code, -32602)
      assert.strictEqual((yield* submit("0x123"))?.code, -32602)
    })
  )

  it.scopedLive("lets an operational transaction replace one of the same nonce, and notifies the loser", () =>
    Effect.gen(function* () {
      const { api, alice, port, chain } = yield* setup({ blockTime: "manual" })
      const statuses: Array<string> = []
      yield* Effect.promise(() =>
        call(api, "system", "remark", "0x01").signAndSend(alice, { nonce: 0 }, ({ status }) => void statuses.push(status.type))
      )
      const better = yield* signed(call(api, "sudo", "sudo", call(api, "system", "setHeapPages", 64)), alice, 0)
      assert.isUndefined((yield* ask(port, "author_submitExtrinsic", better)).error)
      yield* eventually(
        Effect.sync(() => statuses),
        (seen) => seen.includes("Usurped")
      )
      yield* ask(port, "dev_newBlock")
      assert.strictEqual(`0x${chain.head().extrinsics[1]?.toHex()}`, better)
    })
  )

  it.scopedLive("loses nothing when a transaction becomes invalid in the middle of a chain of nonces", () =>
    Effect.gen(function* () {
      const { api, alice, nobody, port, chain } = yield* setup({ blockTime: "manual" })
      // enough for one fee and a little, so the second transfer cannot pay once the first has moved the money
      yield* ask(
        port,
        "author_submitExtrinsic",
        yield* signed(call(api, "balances", "transferKeepAlive", nobody.address, 3_000_000n), alice, 0)
      )
      yield* ask(port, "dev_newBlock")
      const empty = yield* signed(call(api, "balances", "transferAll", alice.address, false), nobody, 0)
      const after = yield* signed(call(api, "system", "remark", "0x01"), nobody, 1)
      for (const hex of [empty, after]) assert.isUndefined((yield* ask(port, "author_submitExtrinsic", hex)).error)
      yield* ask(port, "author_submitExtrinsic", yield* signed(call(api, "system", "remark", "0x05"), alice, 1))
      yield* ask(port, "dev_newBlock")
      // both payable ones are included; the one that cannot pay is dropped and refused
      assert.strictEqual(chain.head().extrinsics.length, 1 + 2)
      assert.strictEqual((yield* ask(port, "author_submitExtrinsic", after)).error?.code, 1012)
    })
  )

  it.scopedLive("takes 300 transfers into one block", () =>
    Effect.gen(function* () {
      const { api, alice, nobody, port, chain } = yield* setup({ blockTime: "manual" })
      const transfers = yield* Effect.forEach(Array.from({ length: 300 }), (_, nonce) =>
        signed(call(api, "balances", "transferKeepAlive", nobody.address, 1_000_000n), alice, nonce)
      )
      yield* Effect.forEach(transfers, (hex) => ask(port, "author_submitExtrinsic", hex), { concurrency: 50, discard: true })
      yield* ask(port, "dev_newBlock")
      assert.strictEqual(chain.head().extrinsics.length, 301)
      assert.strictEqual(freeOf(yield* query(api, "system", "account", nobody.address)), 300_000_000n)
    })
  )

  it.scopedLive("sends heads, finalized heads and storage as they change", () =>
    Effect.gen(function* () {
      const { api, port } = yield* setup({ blockTime: "manual" })
      const heads: Array<number> = []
      const final: Array<number> = []
      const numbers: Array<number> = []
      const endHeads = yield* Effect.promise(() => api.rpc.chain.subscribeNewHeads((head) => void heads.push(head.number.toNumber())))
      yield* Effect.promise(() => api.rpc.chain.subscribeFinalizedHeads((head) => void final.push(head.number.toNumber())))
      yield* Effect.promise(async () =>
        api.query.system?.number?.((number: { toJSON: () => unknown }) => void numbers.push(Number(number.toJSON())))
      )
      yield* ask(port, "dev_newBlock", { count: 3 })
      yield* eventually(
        Effect.sync(() => final.at(-1)),
        (last) => last === 3
      )
      assert.deepStrictEqual(heads, [0, 1, 2, 3])
      assert.deepStrictEqual(final, [0, 1, 2, 3])
      assert.deepStrictEqual(numbers, [0, 1, 2, 3])
      endHeads()
      yield* ask(port, "dev_newBlock", { to: 5 })
      yield* eventually(
        Effect.sync(() => final.at(-1)),
        (last) => last === 5
      )
      assert.deepStrictEqual(heads, [0, 1, 2, 3])
    })
  )

  it.scopedLive("switches the runtime at the block after the upgrade and says so", () =>
    Effect.gen(function* () {
      const { api, alice, chain, port } = yield* setup()
      const versions: Array<string> = []
      yield* Effect.promise(() => api.rpc.state.subscribeRuntimeVersion((version) => void versions.push(version.specName.toString())))
      // the same runtime under another name, which is text in its data segment
      const renamed = Buffer.from(Buffer.from(runtime).toString("latin1").replaceAll("gittensor-devnet", "gittensor-devnex"), "latin1")
      const setCode = call(api, "system", "setCodeWithoutChecks", `0x${renamed.toString("hex")}`)
      const before = chain.head()
      yield* send(call(api, "sudo", "sudoUncheckedWeight", setCode, { refTime: 0, proofSize: 0 }), alice)
      // the digest tells light clients that the environment changed
      assert.deepStrictEqual(
        chain.head().header.digest.map((log) => log.toHex()),
        ["08"]
      )
      yield* eventually(
        Effect.sync(() => versions),
        (seen) => seen.includes("gittensor-devnex")
      )
      const nameAt = (hash: string) =>
        Effect.map(ask(port, "state_getRuntimeVersion", `0x${hash}`), ({ result }) => (result as { readonly specName: string }).specName)
      assert.strictEqual(yield* nameAt(before.hash), "gittensor-devnet")
      assert.strictEqual(yield* nameAt(chain.head().hash), "gittensor-devnex")
      yield* send(call(api, "system", "remark", "0x01"), alice)
      assert.strictEqual(chain.head().number, before.number + 2)
    })
  )

  it.scopedLive("builds on a timer, and never two blocks with one number", () =>
    Effect.gen(function* () {
      const { chain } = yield* setup({ blockTime: Duration.millis(100) })
      const heads: Array<number> = []
      chain.onBlock(({ number }) => void heads.push(number))
      yield* eventually(
        Effect.sync(() => heads.length),
        (count) => count >= 5
      )
      const first = heads[0] ?? 0
      assert.deepStrictEqual(
        heads,
        heads.map((_, index) => first + index)
      )
    })
  )

  it.scopedLive("travels in time: many blocks at once, or a later clock", () =>
    Effect.gen(function* () {
      const { api, chain, port } = yield* setup({ blockTime: "manual" })
      yield* ask(port, "dev_fastForward", 1000)
      assert.strictEqual(chain.head().number, 1000)
      assert.strictEqual((yield* ask(port, "chain_getBlockHash", 500)).result, `0x${chain.blockAt(500)?.hash}`)
      yield* eventually(
        Effect.sync(() => chain.finalized().number),
        (number) => number === 1000
      )
      const later = Date.now() + 14 * 24 * 3600 * 1000
      assert.isAtLeast(Number((yield* ask(port, "dev_timeTravel", new Date(later).toISOString())).result), later)
      yield* ask(port, "dev_newBlock")
      assert.isAtLeast(Number(yield* query(api, "timestamp", "now")), later)
      assert.strictEqual((yield* ask(port, "dev_timeTravel", 0)).error, undefined)
      assert.isAtLeast(Number(yield* query(api, "timestamp", "now")), later)
    })
  )

  it.scopedLive("reads contracts' child tries at any block", () =>
    Effect.gen(function* () {
      const { api, alice, port, chain } = yield* setup()
      const bundle = JSON.parse(
        yield* Effect.promise(() => Bun.file(`${root}contracts/issue-bounties/artifact/issue_bounties.contract`).text())
      )
      const { Abi } = yield* Effect.promise(() => import("@polkadot/api-contract"))
      const abi = new Abi(bundle, api.registry.getChainProperties())
      const config = plainSettings(AccountAddress.make(alice.address))
      const gas = { refTime: 100_000_000_000, proofSize: 5_000_000 }
      // ABI encoders add a length prefix, and polkadot.js adds another for a Bytes parameter unless it is hexadecimal text
      const data = Buffer.from(abi.findConstructor("new").toU8a([config]))
        .subarray(2)
        .toString("hex")
      const before = chain.head()
      const created = yield* send(call(api, "contracts", "instantiateWithCode", 0, gas, null, bundle.source.wasm, `0x${data}`, "0x"), alice)
      assert.isUndefined(created.dispatchError)
      const address = created.events.find(({ event }) => event.method === "Instantiated")?.event.data[1]?.toString()
      const info = (yield* query(api, "contracts", "contractInfoOf", address)) as { readonly trieId: string }

      const trie = `0x${Buffer.from(":child_storage:default:").toString("hex")}${info.trieId.slice(2)}`
      const keys = (yield* ask(port, "childstate_getKeysPaged", trie, "0x", 100)).result as ReadonlyArray<string>
      assert.isAbove(keys.length, 0)
      const paged: Array<string> = []
      for (let page: ReadonlyArray<string> = [""]; page.length > 0; paged.push(...page)) {
        page = (yield* ask(port, "childstate_getKeysPaged", trie, "0x", 2, paged.at(-1) ?? null)).result as ReadonlyArray<string>
      }
      assert.deepStrictEqual(paged, keys)
      assert.match(String((yield* ask(port, "childstate_getStorage", trie, keys[0])).result), /^0x[0-9a-f]+$/)
      assert.isNull((yield* ask(port, "childstate_getStorage", trie, keys[0], `0x${before.hash}`)).result)
      // they are not keys of the main trie
      assert.deepStrictEqual((yield* ask(port, "state_getKeysPaged", trie, 10)).result, [])
      assert.strictEqual((yield* ask(port, "childstate_getStorage", "0x00", "0x00")).error?.code, 4003)
    })
  )
})
