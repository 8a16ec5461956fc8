import { Effect } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { keyOf, NETUID } from "./support.ts"

/** Changes a setting of the subnet with the sudo key. */
export const setOfSubnet = (name: string, value: number | boolean) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    yield* chain.submit({
      label: name,
      signer: yield* keyOf("//Alice"),
      until: "finalised",
      call: (api) => {
        const [asRoot, change] = [api.tx.sudo?.sudo, api.tx.adminUtils?.[name]]
        if (asRoot === undefined || change === undefined) throw new Error(`no call ${name}`)
        return asRoot(change(NETUID, value))
      }
    })
  })
