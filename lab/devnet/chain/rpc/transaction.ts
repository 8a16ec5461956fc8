import { Effect, Schema } from "effect"
import { transactionHash } from "../Block.ts"
import type { Chain } from "../Chain.ts"
import type { BareHex } from "../codec/hex.ts"
import type { PoolError } from "../pool/PoolError.ts"
import type { TransactionStatus, Watcher } from "../pool/TransactionPool.ts"
import { HexText, type Methods, method } from "./Method.ts"
import { invalidParams } from "./RpcError.ts"

const watchEvent = "transactionWatch_v1_watchEvent"

/** Broadcasts have no notifications; the name is only for counting them. */
const broadcast = "transaction_v1_broadcast"

/** The most broadcasts of one connection at the same time. */
const broadcastLimit = 64

const failure = (error: PoolError): { readonly event: "invalid" | "dropped"; readonly error: string } => ({
  event: error._tag === "PoolFull" ? "dropped" : "invalid",
  error: error.message
})

/** `transaction_v1_*` and `transactionWatch_v1_*` of the JSON-RPC interface specification. */
export const transactionMethods = (chain: Chain): Methods => {
  /** A block, and a transaction's index in it. */
  const placeOf = (hash: BareHex, transaction: BareHex) => {
    const index = chain.blockOf(hash)?.extrinsics.findIndex((extrinsic) => transactionHash(extrinsic) === transaction) ?? -1
    return { hash: `0x${hash}`, index }
  }

  /** The event of a status; undefined for statuses outside of the specification. */
  const eventOf = (status: TransactionStatus, transaction: BareHex) => {
    switch (status.kind) {
      case "ready":
        return { event: "validated" }
      case "inBlock":
        return { event: "bestChainBlockIncluded", block: placeOf(status.hash, transaction) }
      case "finalized":
        return { event: "finalized", block: placeOf(status.hash, transaction) }
      case "invalid":
        return { event: "invalid", error: "the transaction was found invalid when a block was built" }
      case "usurped":
        return { event: "invalid", error: `replaced by the transaction 0x${status.hash}` }
      case "dropped":
        return { event: "dropped", error: "removed from the pool" }
      case "future":
        return undefined
    }
  }

  return {
    transactionWatch_v1_submitAndWatch: method([HexText], ([extrinsic], client) =>
      Effect.gen(function* () {
        const bytes = Uint8Array.fromHex(extrinsic)
        const transaction = transactionHash(bytes)
        // Statuses may arrive before the client knows the subscription's id; hold them until then.
        const early: Array<TransactionStatus> = []
        let tell: Watcher = (status) => early.push(status)
        const watcher: Watcher = (status) => tell(status)
        const refused = yield* Effect.flip(chain.submit(bytes, watcher)).pipe(Effect.option)
        const id = yield* client.subscribe(watchEvent, (notify) => {
          if (refused._tag === "Some") {
            notify(failure(refused.value))
            client.unsubscribe(id)
            return () => undefined
          }
          tell = (status) => {
            const event = eventOf(status, transaction)
            if (event === undefined) return
            notify(event)
            if (!["validated", "bestChainBlockIncluded"].includes(event.event)) client.unsubscribe(id)
          }
          for (const status of early) tell(status)
          return () => {
            tell = () => undefined
            chain.pool.unwatch(transaction, watcher)
          }
        })
        return id
      })
    ),
    transactionWatch_v1_unwatch: method([Schema.String], ([id], client) =>
      Effect.sync(() => {
        if (client.subscriptions(watchEvent).includes(id)) client.unsubscribe(id)
        return null
      })
    ),
    /** Sends no events about the transaction: its sender finds it in blocks. There is one node, so the pool is the whole network. */
    transaction_v1_broadcast: method([HexText], ([extrinsic], client) =>
      Effect.gen(function* () {
        if (client.subscriptions(broadcast).length >= broadcastLimit) return null
        const id = yield* client.subscribe(broadcast, () => () => undefined)
        yield* Effect.ignore(chain.submit(Uint8Array.fromHex(extrinsic)))
        return id
      })
    ),
    transaction_v1_stop: method([Schema.String], ([id], client) =>
      client.subscriptions(broadcast).includes(id)
        ? Effect.sync(() => {
            client.unsubscribe(id)
            return null
          })
        : Effect.fail(invalidParams("no broadcast of this connection has this id"))
    )
  }
}
