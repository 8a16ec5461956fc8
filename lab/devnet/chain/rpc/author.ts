import { Effect } from "effect"
import { toHex } from "../../../../src/domain/hex.ts"
import type { Chain } from "../Chain.ts"
import type { PoolError } from "../pool/PoolError.ts"
import type { TransactionStatus, Watcher } from "../pool/TransactionPool.ts"
import { HexText, type Methods, method } from "./Method.ts"
import { RpcError } from "./RpcError.ts"

/** Substrate's codes and texts for the pool's refusals. */
const poolErrorToRpc = (error: PoolError): RpcError => {
  switch (error._tag) {
    case "InvalidTransaction":
      return error.kind === "invalid"
        ? new RpcError({ code: 1010, message: "Invalid Transaction", data: error.text })
        : new RpcError({ code: 1011, message: "Unknown Transaction Validity", data: error.text })
    case "UnverifiableTransaction":
      return new RpcError({ code: 1002, message: error.message, data: error.message })
    case "TemporarilyBanned":
      return new RpcError({ code: 1012, message: error.message })
    case "AlreadyImported":
      return new RpcError({ code: 1013, message: error.message, data: `[${error.hash}]` })
    case "PriorityTooLow":
      return new RpcError({
        code: 1014,
        message: error.message,
        data: "The transaction has too low priority to replace another transaction already in the pool."
      })
    case "PoolFull":
      return new RpcError({ code: 1016, message: error.message, data: "The transaction couldn't enter the pool because of the limit" })
  }
}

const statusToJson = (status: TransactionStatus): unknown => ("hash" in status ? { [status.kind]: `0x${status.hash}` } : status.kind)

/** Final statuses; the subscription ends after one of them. */
const lastStatuses = new Set(["finalized", "usurped", "dropped", "invalid"])

/** `author_*`: submits and watches transactions. */
export const authorMethods = (chain: Chain): Methods => {
  const submit = (bare: string, watcher?: Watcher) => Effect.mapError(chain.submit(Uint8Array.fromHex(bare), watcher), poolErrorToRpc)

  return {
    author_submitExtrinsic: method([HexText], ([extrinsic]) => Effect.map(submit(extrinsic), (hash) => `0x${hash}`)),
    author_submitAndWatchExtrinsic: method([HexText], ([extrinsic], client) =>
      Effect.gen(function* () {
        // Statuses may arrive before the client knows the subscription's id; hold them until then.
        const early: Array<TransactionStatus> = []
        let tell: Watcher = (status) => early.push(status)
        const watcher: Watcher = (status) => tell(status)
        const hash = yield* submit(extrinsic, watcher)
        const id = yield* client.subscribe("author_extrinsicUpdate", (notify) => {
          tell = (status) => {
            notify(statusToJson(status))
            if (lastStatuses.has(status.kind)) client.unsubscribe(id)
          }
          for (const status of early) tell(status)
          return () => {
            tell = () => undefined
            chain.pool.unwatch(hash, watcher)
          }
        })
        return id
      })
    ),
    author_pendingExtrinsics: () => Effect.sync(() => chain.pool.candidates().map(({ bytes }) => toHex(bytes)))
  }
}
