import type { BlockProducer } from "../BlockProducer.ts"
import type { Chain } from "../Chain.ts"
import { authorMethods } from "./author.ts"
import { chainMethods } from "./chain.ts"
import { chainHeadMethods } from "./chainHead/methods.ts"
import { childStateMethods } from "./childstate.ts"
import { devMethods } from "./dev.ts"
import { constant, type Methods } from "./Method.ts"
import { paymentMethods } from "./payment.ts"
import { makeRuntimeCalls } from "./runtimeCalls.ts"
import { stateMethods } from "./state.ts"
import { type Identity, systemMethods } from "./system.ts"
import { transactionMethods } from "./transaction.ts"

/** `chainSpec_v1_*`: what a client may know before it follows the chain. */
const chainSpecMethods = (chain: Chain, identity: Identity): Methods => ({
  chainSpec_v1_chainName: constant(identity.chain),
  chainSpec_v1_genesisHash: constant(`0x${chain.genesis.hash}`),
  chainSpec_v1_properties: constant(identity.properties)
})

/** Every JSON-RPC method of the node. */
export const allMethods = (chain: Chain, producer: BlockProducer, identity: Identity): Methods => {
  const calls = makeRuntimeCalls(chain)
  const methods: Methods = {
    ...chainMethods(chain),
    ...stateMethods(chain, calls),
    ...childStateMethods(chain),
    ...authorMethods(chain),
    ...systemMethods(chain, identity),
    ...paymentMethods(chain),
    ...chainHeadMethods(chain, calls),
    ...chainSpecMethods(chain, identity),
    ...transactionMethods(chain),
    ...devMethods(chain, producer)
  }
  return { ...methods, rpc_methods: constant({ methods: [...Object.keys(methods), "rpc_methods"].sort() }) }
}
