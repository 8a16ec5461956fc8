/** polkadot.js encodes an address the same whether or not it is cached. */

import { assert, describe, it } from "@effect/vitest"
import { encodeAddress } from "@polkadot/util-crypto"
import { Effect } from "effect"
import { loadPolkadot } from "../../../src/layers/chain/node/polkadot.ts"

describe("addresses in decoded values", () => {
  it.effect("are those of their key and of their chain, however often they are read", () =>
    Effect.gen(function* () {
      const { TypeRegistry } = yield* Effect.promise(loadPolkadot)
      const { GenericChainProperties } = yield* Effect.promise(() => import("@polkadot/types"))
      const keys = Array.from({ length: 4 }, (_, index) => new Uint8Array(32).fill(index).fill(255 - index, 16))
      for (const ss58Format of [42, 0, 42]) {
        const registry = new TypeRegistry()
        registry.setChainProperties(new GenericChainProperties(registry, { ss58Format }))
        for (const turn of [1, 2])
          for (const key of keys)
            assert.strictEqual(registry.createType("AccountId", key).toString(), encodeAddress(key, ss58Format), `turn ${turn}`)
      }
    })
  )
})
