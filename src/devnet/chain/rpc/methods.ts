import type { BlockProducer } from "../BlockProducer.ts"
import type { Chain } from "../Chain.ts"
import { authorMethods } from "./author.ts"
import { chainMethods } from "./chain.ts"
import { childStateMethods } from "./childstate.ts"
import { devMethods } from "./dev.ts"
import { constant, type Methods } from "./Method.ts"
import { paymentMethods } from "./payment.ts"
import { stateMethods } from "./state.ts"
import { type Identity, systemMethods } from "./system.ts"

/** Every JSON-RPC method of the node. */
export const allMethods = (chain: Chain, producer: BlockProducer, identity: Identity): Methods => {
  const methods: Methods = {
    ...chainMethods(chain),
    ...stateMethods(chain),
    ...childStateMethods(chain),
    ...authorMethods(chain),
    ...systemMethods(chain, identity),
    ...paymentMethods(chain),
    ...devMethods(chain, producer)
  }
  return { ...methods, rpc_methods: constant({ methods: [...Object.keys(methods), "rpc_methods"].sort() }) }
}
