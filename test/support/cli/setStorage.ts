/** Changes the chain's storage, for states that a test cannot wait for. */
import { Effect } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { call } from "../devnet/support.ts"
import { keyOf, NETUID, submitted } from "./support.ts"

/** Sets the subnet's entry of a storage item of SubtensorModule, in the chain's encoding. */
export const setStorage = (item: string, value: string) =>
  Effect.flatMap(keyOf("//Alice"), (alice) =>
    submitted(alice, `set ${item}`, (api) => {
      const found = api.query.subtensorModule?.[item]
      if (found === undefined) throw new Error(`this chain has no ${item}`)
      return call(api, "sudo", "sudo", call(api, "system", "setStorage", [[found.key(NETUID), value]]))
    })
  )

/** The item's present value, as `setStorage` takes it. */
export const storageOf = (item: string) =>
  Effect.flatMap(Chain, (chain) =>
    chain.read(item, async ({ query }) => {
      const found = query.subtensorModule?.[item]
      if (found === undefined) throw new Error(`this chain has no ${item}`)
      return (await found(NETUID)).toHex()
    })
  )
