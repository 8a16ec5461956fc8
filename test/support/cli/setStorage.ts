/** Changes the chain's storage, for states that a test cannot wait for. */
import { Effect } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { keyOf, NETUID } from "./support.ts"

/** Sets the subnet's entry of a storage item of SubtensorModule, in the chain's encoding. */
export const setStorage = (item: string, value: string) =>
  Effect.gen(function* () {
    const [chain, signer] = yield* Effect.all([Chain, keyOf("//Alice")])
    yield* chain.submit({
      label: `set ${item}`,
      signer,
      until: "finalised",
      call: ({ query, tx }) => {
        const [found, set, asRoot] = [query.subtensorModule?.[item], tx.system?.setStorage, tx.sudo?.sudo]
        if (found === undefined || set === undefined || asRoot === undefined) throw new Error(`this chain has no ${item}, or no sudo`)
        return asRoot(set([[found.key(NETUID), value]]))
      }
    })
  })

/** The item's present value, as `setStorage` takes it. */
export const storageOf = (item: string) =>
  Effect.flatMap(Chain, (chain) =>
    chain.read(item, async ({ query }) => {
      const found = query.subtensorModule?.[item]
      if (found === undefined) throw new Error(`this chain has no ${item}`)
      return (await found(NETUID)).toHex()
    })
  )
