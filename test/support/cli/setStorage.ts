/** Changes the chain's storage, for states that a test cannot wait for. */
import { Effect } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { call } from "../devnet/support.ts"
import { keyOf, NETUID, submitted } from "./support.ts"

/** Sets the subnet's entry of a storage item of SubtensorModule, or another, in the chain's encoding. */
export const setStorage = (item: string, value: string, key: number | string = NETUID) =>
  Effect.flatMap(keyOf("//Alice"), (alice) =>
    submitted(alice, `set ${item}`, (api) => {
      const found = api.query.subtensorModule?.[item]
      if (found === undefined) throw new Error(`this chain has no ${item}`)
      return call(api, "sudo", "sudo", call(api, "system", "setStorage", [[found.key(key), value]]))
    })
  )

/** The item's present value, as `setStorage` takes it. */
export const storageOf = (item: string, key: number | string = NETUID) =>
  Effect.flatMap(Chain, (chain) =>
    chain.read(item, async ({ query }) => {
      const found = query.subtensorModule?.[item]
      if (found === undefined) throw new Error(`this chain has no ${item}`)
      return (await found(key)).toHex()
    })
  )
