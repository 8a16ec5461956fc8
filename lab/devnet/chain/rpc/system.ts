import { Effect, Option, Schema } from "effect"
import { decodeAddress } from "../../../../src/domain/Account.ts"
import type { Chain } from "../Chain.ts"
import { toBareHex } from "../codec/hex.ts"
import { concat, ScaleReader, unsigned } from "../codec/scale.ts"
import { runtimeCall, stateAt } from "./context.ts"
import { constant, type Methods, method } from "./Method.ts"
import { invalidParams, type RpcError } from "./RpcError.ts"

/** What the node reports about itself and its chain. */
export interface Identity {
  readonly chain: string
  readonly version: string
  readonly properties: { readonly ss58Format: number; readonly tokenDecimals: number; readonly tokenSymbol: string }
}

/** An account's nonce at the newest block, plus its ready transactions in the pool. */
export const nextNonce = (chain: Chain, account: Uint8Array): Effect.Effect<number, RpcError> =>
  Effect.gen(function* () {
    const { state } = yield* stateAt(chain, null)
    let nonce = new ScaleReader(yield* runtimeCall(chain, state, "AccountNonceApi_account_nonce", account)).u32()
    while (chain.pool.provides(toBareHex(concat([account, unsigned(nonce, 4)])))) nonce++
    return nonce
  })

/** `system_*`: the node's identity, and an account's next nonce. */
export const systemMethods = (chain: Chain, identity: Identity): Methods => {
  const nextIndex = method([Schema.String], ([account]) =>
    Option.match(decodeAddress(account), {
      onNone: () => Effect.fail(invalidParams(`"${account}" is not an account in SS58 with prefix 42`)),
      onSome: (bytes) => nextNonce(chain, bytes)
    })
  )

  return {
    system_chain: constant(identity.chain),
    system_name: constant("Gittensor dev chain"),
    system_version: constant(identity.version),
    system_properties: constant(identity.properties),
    system_chainType: constant("Development"),
    system_health: constant({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    system_peers: constant([]),
    system_reservedPeers: constant([]),
    system_nodeRoles: constant(["Authority"]),
    system_localPeerId: constant("12D3KooWGittensorDevChain11111111111111111111111111"),
    system_localListenAddresses: constant([]),
    system_syncState: () =>
      Effect.sync(() => {
        const number = chain.head().number
        return { startingBlock: 0, currentBlock: number, highestBlock: number }
      }),
    system_accountNextIndex: nextIndex,
    account_nextIndex: nextIndex
  }
}
