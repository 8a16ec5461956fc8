/** A block's state read without polkadot.js's own interface has the same values as with it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as BlockState from "../../../src/layers/chain/node/BlockState.ts"
import { connect, devChain, keyOf } from "../../support/devnet/support.ts"

/** How many entries of each map are compared. */
const ENTRIES = 3

describe("the state of a block", () => {
  it.scopedLive("has the same values as polkadot.js's, stored and by default", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* devChain()
      const api = yield* connect(endpoint)
      yield* Effect.promise(async () => {
        const hash = (await api.rpc.chain.getBlockHash()).toHex()
        const [usual, ours] = [await api.at(hash), BlockState.make(api, hash)]
        const seen = { plain: 0, stored: 0, missing: 0 }
        for (const [pallet, items] of Object.entries(usual.query)) {
          if (pallet === "substrate") continue
          for (const [name, item] of Object.entries(items)) {
            const mine = ours.query[pallet]?.[name] ?? assert.fail(`${pallet}.${name} is missing`)
            const compare = async (...keys: ReadonlyArray<unknown>) => {
              const [wanted, found] = [await item(...keys), await mine(...keys)]
              const what = `${pallet}.${name}(${keys.join()})`
              assert.deepStrictEqual(found.toJSON(), wanted.toJSON(), what)
              assert.deepStrictEqual([found.toHex(), found.isEmpty, String(found)], [wanted.toHex(), wanted.isEmpty, String(wanted)], what)
              assert.strictEqual(mine.key(...keys), item.key(...keys), what)
            }
            if (item.creator.meta.type.isPlain) {
              await compare()
              seen.plain++
              continue
            }
            const keys = await item.keysPaged({ args: [], pageSize: ENTRIES })
            for (const { args } of keys) await compare(...args)
            seen.stored += keys.length
            // A key of zeros, which has no value.
            const types = keys[0]?.args.map((arg) => arg.toRawType()) ?? []
            if (types.length > 0 && types.every((type) => /^(u\d+|AccountId|H256)$/.test(type))) {
              await compare(...types.map((type) => (type.startsWith("u") ? 0xff : new Uint8Array(32).fill(9))))
              seen.missing++
            }
          }
        }
        for (const [what, count] of Object.entries(seen)) assert.isAbove(count, 5, what)
        assert.isUndefined(ours.query.nowhere)
        assert.isUndefined(ours.query.substrate)
        assert.isUndefined(ours.query.system?.nothing)
      })
    })
  )

  it.scopedLive("answers the runtime's calls as polkadot.js does", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* devChain()
      const api = yield* connect(endpoint)
      const alice = yield* keyOf("//Alice")
      yield* Effect.promise(async () => {
        const hash = (await api.rpc.chain.getBlockHash()).toHex()
        const [usual, ours] = [await api.at(hash), BlockState.make(api, hash)]
        for (const [section, name, ...args] of [
          ["core", "version"],
          ["accountNonceApi", "accountNonce", alice.address],
          ["neuronInfoRuntimeApi", "getNeuronsLite", 74],
          ["subnetInfoRuntimeApi", "getSubnetHyperparamsV2", 74],
          ["stakeInfoRuntimeApi", "getStakeInfoForHotkeyColdkeyNetuid", alice.address, alice.address, 74],
          ["contractsApi", "getStorage", alice.address, "0x00"]
        ] as const) {
          const what = `${section}.${name}`
          const wanted = (await usual.call[section]?.[name]?.(...args)) ?? assert.fail(what)
          const found = (await ours.call[section]?.[name]?.(...args)) ?? assert.fail(what)
          assert.deepStrictEqual([found.toHex(), found.toRawType()], [wanted.toHex(), wanted.toRawType()], what)
        }
        assert.isUndefined(ours.call.nowhereApi)
        assert.isUndefined(ours.call.core?.nothing)
        const nonce = ours.call.accountNonceApi?.accountNonce ?? assert.fail()
        const refused = await nonce().then(
          () => "answered",
          ({ message }: Error) => message
        )
        assert.strictEqual(refused, "AccountNonceApi_account_nonce takes 1 arguments, not 0")
      })
    })
  )
})
