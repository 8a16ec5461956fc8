/** The engine that runs the runtime, checked against chopsticks' executor (smoldot's interpreter). */
import { run_task } from "@acala-network/chopsticks-executor"
import { assert, describe, it } from "@effect/vitest"
import type { WeightV2 } from "@polkadot/types/interfaces"
import { decodeAddress } from "@polkadot/util-crypto"
import { Effect } from "effect"
import { genesisBlock } from "../../../lab/devnet/chain/Block.ts"
import { decodeHeader, encodeHeader } from "../../../lab/devnet/chain/codec/header.ts"
import { compact, concat, lengthPrefixed, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import * as NativeExecutor from "../../../lab/devnet/chain/executor/NativeExecutor.ts"
import { childTriePrefix, codeKey } from "../../../lab/devnet/chain/state/keys.ts"
import type { Change, StateView } from "../../../lab/devnet/chain/state/StateStore.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { plainSettings } from "../../support/devnet/contractSettings.ts"
import { ask, call, connect, devChain, keyOf, root, runtime, send, signed } from "../../support/devnet/support.ts"

const codeHex = `0x${runtime.toHex()}`

/** Child tries of contracts have identifiers of 32 bytes. */
const split = (key: string): readonly [string, string] => {
  const bare = key.slice(2)
  if (!bare.startsWith(childTriePrefix)) return ["", bare]
  const start = childTriePrefix.length
  return [bare.slice(start, start + 64), bare.slice(start + 64)]
}

interface Reference {
  readonly result: string
  readonly changes: ReadonlyMap<string, string | null>
}

const reference = (state: StateView, calls: ReadonlyArray<readonly [string, Uint8Array]>): Effect.Effect<Reference> =>
  Effect.promise(async () => {
    const answer = await run_task(
      {
        id: 0,
        wasm: codeHex,
        calls: calls.map(([method, argument]) => [method, [`0x${argument.toHex()}`]]),
        mockSignatureHost: 0,
        allowUnresolvedImports: false,
        runtimeLogLevel: 0,
        storageProofSize: 0
      },
      {
        getStorage: async (key) => {
          const value = state.get(...split(key))
          return value === undefined ? undefined : `0x${value.toHex()}`
        },
        getNextKey: async (prefix, key) => {
          const [child, start] = split(key)
          const [, within] = split(prefix)
          for (const found of state.keys(child, within, start)) return `0x${found}`
          return undefined
        },
        offchainGetStorage: async () => undefined,
        offchainTimestamp: async () => 0,
        offchainRandomSeed: async () => `0x${"00".repeat(32)}`,
        offchainSubmitTransaction: async () => false
      }
    )
    if (answer.Call === undefined) throw new Error(String(answer.Error))
    const diff: ReadonlyArray<readonly [string, string | undefined]> = answer.Call.storageDiff
    return { result: answer.Call.result, changes: new Map(diff.map(([key, value]) => [split(key).join("/"), value ?? null])) }
  })

/** The effective changes of a list: removing a missing key changes nothing. */
const effective = (state: StateView, changes: Iterable<readonly [string, string | null]>): Record<string, string | null> =>
  Object.fromEntries(
    [...changes]
      .filter(([name, value]) => {
        const [child = "", key = ""] = name.split("/")
        // smoldot also writes a child trie's root into the main trie, which this node does not
        if (child !== "" && key === "") return false
        return value !== null || state.get(child, key) !== undefined
      })
      .sort(([a], [b]) => (a < b ? -1 : 1))
  )

const named = (changes: ReadonlyArray<Change>): ReadonlyArray<readonly [string, string | null]> =>
  changes.map(({ child, key, value }) => [`${child}/${key}`, value === null ? null : `0x${value.toHex()}`])

describe("the native executor", () => {
  it.scopedLive("builds the same blocks as chopsticks' executor", () =>
    Effect.gen(function* () {
      const executor = yield* NativeExecutor.make({ log: () => undefined })
      const { chain, endpoint, port } = yield* devChain({ blockTime: "manual" })
      const api = yield* connect(endpoint)
      const alice = yield* keyOf("//Alice")
      const bob = yield* keyOf("//Bob")
      const bundle = JSON.parse(
        yield* Effect.promise(() => Bun.file(`${root}contracts/issue-bounties/artifact/issue_bounties.contract`).text())
      )
      const batches = [
        [],
        [
          call(api, "balances", "transferKeepAlive", bob.address, 5),
          call(api, "balances", "transferKeepAlive", bob.address, 10n ** 17n),
          call(api, "system", "remark", "0x01")
        ],
        [call(api, "contracts", "uploadCode", bundle.source.wasm, null, "Enforced")],
        [
          call(api, "proxy", "createPure", "Any", 0, 0),
          call(api, "utility", "batchAll", [call(api, "system", "remark", "0x02"), call(api, "balances", "transferAll", bob.address, true)])
        ]
      ]
      let nonce = 0
      for (const batch of batches) {
        const extrinsics: Array<Uint8Array> = []
        for (const transaction of batch) {
          const hex = yield* signed(transaction, alice, nonce++)
          extrinsics.push(Uint8Array.fromHex(hex.slice(2)))
        }
        const head = chain.head()
        const state = chain.stateOf(head)
        assert(state !== undefined)
        const empty = new Uint8Array(32)
        const header = encodeHeader({
          parentHash: Uint8Array.fromHex(head.hash),
          number: head.number + 1,
          stateRoot: empty,
          extrinsicsRoot: empty,
          digest: []
        })
        const time = lengthPrefixed(unsigned(Date.now() + head.number * 1000, 8))
        const inherentData = concat([compact(1), new TextEncoder().encode("timstap0"), time])
        const built = yield* executor.build(runtime, state, { header, inherentData, extrinsics })
        const apply = "BlockBuilder_apply_extrinsic"
        const expected = yield* reference(state, [
          ["Core_initialize_block", header],
          ...[...built.inherents, ...extrinsics].map((extrinsic) => [apply, extrinsic] as const),
          ["BlockBuilder_finalize_block", new Uint8Array()]
        ])
        // the node itself sets the state root
        const withoutRoot = (hex: string) => ({ ...decodeHeader(Uint8Array.fromHex(hex.replace("0x", ""))), stateRoot: undefined })
        assert.deepStrictEqual(withoutRoot(built.header.toHex()), withoutRoot(expected.result))
        assert.deepStrictEqual(effective(state, named(built.changes)), effective(state, expected.changes))
        for (const extrinsic of extrinsics) yield* chain.submit(extrinsic)
        yield* ask(port, "dev_newBlock")
        assert.strictEqual(chain.head().extrinsics.length, 1 + extrinsics.length)
      }
    })
  )

  it.scopedLive("runs contracts, child tries included, as chopsticks' executor does", () =>
    Effect.gen(function* () {
      const { chain, endpoint } = yield* devChain()
      const api = yield* connect(endpoint)
      const alice = yield* keyOf("//Alice")
      const bundle = JSON.parse(
        yield* Effect.promise(() => Bun.file(`${root}contracts/issue-bounties/artifact/issue_bounties.contract`).text())
      )
      const { CodePromise } = yield* Effect.promise(() => import("@polkadot/api-contract"))
      const gasLimit = api.registry.createType<WeightV2>("WeightV2", { refTime: 100_000_000_000, proofSize: 5_000_000 })
      const code = new CodePromise(api, bundle, bundle.source.wasm)
      const constructor = code.tx.new
      assert(constructor !== undefined)
      const created = yield* send(
        constructor({ gasLimit, storageDepositLimit: null }, plainSettings(AccountAddress.make(alice.address))),
        alice
      )
      const address = created.events.find(({ event }) => event.method === "Instantiated")?.event.data[1]?.toString()
      assert(address !== undefined)
      const { ContractPromise } = yield* Effect.promise(() => import("@polkadot/api-contract"))
      const contract = new ContractPromise(api, bundle, address)
      const register = contract.tx.registerIssue
      assert(register !== undefined)
      const parent = chain.head()
      yield* send(register({ gasLimit, storageDepositLimit: null }, "o/r", 1, 5_000_000_000), alice)

      const state = chain.stateOf(parent)
      assert(state !== undefined)
      const block = chain.head()
      assert.strictEqual(block.number, parent.number + 1)
      const header = encodeHeader({ ...block.header, stateRoot: new Uint8Array(32), extrinsicsRoot: new Uint8Array(32), digest: [] })
      const expected = yield* reference(state, [
        ["Core_initialize_block", header],
        ...block.extrinsics.map((extrinsic) => ["BlockBuilder_apply_extrinsic", extrinsic] as const),
        ["BlockBuilder_finalize_block", new Uint8Array()]
      ])
      const changes = chain.changesOf(block)
      assert.isAbove(changes.filter(({ child }) => child !== "").length, 0)
      assert.deepStrictEqual(effective(state, named(changes)), effective(state, expected.changes))

      const input = contract.abi.findMessage("version").toU8a([])
      const nothingElse = new Uint8Array(8 + 1 + 1)
      const argument = concat([alice.publicKey, decodeAddress(address), nothingElse, input])
      const now = chain.stateOf(block)
      assert(now !== undefined)
      const answer = yield* chain.call(now, "ContractsApi_call", argument)
      assert.strictEqual(`0x${answer.result.toHex()}`, (yield* reference(now, [["ContractsApi_call", argument]])).result)
    })
  )

  it.effect("computes the same genesis state", () =>
    Effect.gen(function* () {
      const executor = yield* NativeExecutor.make({ log: () => undefined })
      const { devGenesis, genesisState } = yield* Effect.promise(() => import("../../../lab/devnet/chain/genesis.ts"))
      const state = yield* genesisState(executor, runtime, devGenesis)
      const nothing: StateView = { get: () => undefined, nextKey: () => undefined, keys: () => [] }
      const preset = { system: {}, transactionPayment: { multiplier: "1000000000000000000" }, ...devGenesis }
      const expected = yield* reference(nothing, [
        ["GenesisBuilder_build_state", lengthPrefixed(new TextEncoder().encode(JSON.stringify(preset)))]
      ])
      const without = (changes: Iterable<readonly [string, string | null]>) =>
        effective(
          nothing,
          [...changes].filter(([name]) => name !== `/${codeKey}` && name !== "/3a65787472696e7369635f696e646578")
        )
      assert.strictEqual(expected.result, "0x00")
      assert.deepStrictEqual(without(named(state)), without(expected.changes))
      assert.lengthOf(genesisBlock(state).hash, 64)
    })
  )
})
