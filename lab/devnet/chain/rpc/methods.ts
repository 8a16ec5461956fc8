import { Effect } from "effect"
import type { BlockProducer } from "../BlockProducer.ts"
import type { Chain } from "../Chain.ts"
import { concat, ScaleReader, unsigned } from "../codec/scale.ts"
import { authorMethods } from "./author.ts"
import { chainMethods } from "./chain.ts"
import { chainHeadMethods } from "./chainHead/methods.ts"
import { childStateMethods } from "./childstate.ts"
import { runtimeCall, stateAt } from "./context.ts"
import { devMethods } from "./dev.ts"
import { constant, HexText, type Methods, method, Optional } from "./Method.ts"
import { makeRuntimeCalls } from "./runtimeCalls.ts"
import { stateMethods } from "./state.ts"
import { type Identity, systemMethods } from "./system.ts"
import { transactionMethods } from "./transaction.ts"

const classes = ["normal", "operational", "mandatory"]

/** Balances take 8 bytes, as on Subtensor. */
const balanceWidth = 8

/** `payment_*`: the fee of a transaction, in rao. */
const paymentMethods = (chain: Chain): Methods => ({
  payment_queryInfo: method([HexText, Optional(HexText)], ([extrinsic, at]) =>
    Effect.gen(function* () {
      const { state } = yield* stateAt(chain, at)
      const bytes = Uint8Array.fromHex(extrinsic)
      const argument = concat([bytes, unsigned(bytes.length, 4)])
      const reader = new ScaleReader(yield* runtimeCall(chain, state, "TransactionPaymentApi_query_info", argument))
      return {
        weight: { ref_time: Number(reader.compact()), proof_size: Number(reader.compact()) },
        class: classes[reader.u8()],
        partialFee: String(reader.unsigned(balanceWidth))
      }
    })
  )
})

/** `chainSpec_v1_*`: the chain's identity, which clients may read before they follow the chain. */
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
