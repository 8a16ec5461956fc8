import { Effect, Schema } from "effect"
import { toHex } from "../../../../src/domain/hex.ts"
import type { Block } from "../Block.ts"
import type { BlockListener, Chain } from "../Chain.ts"
import { headerToJson } from "../codec/header.ts"
import { HexText, type Method, type Methods, method, Optional } from "./Method.ts"

const BlockNumber = Schema.Union(
  Schema.NonNegativeInt,
  Schema.transform(Schema.String.pipe(Schema.pattern(/^0x[0-9a-fA-F]{1,16}$/)), Schema.Number, {
    strict: true,
    decode: (text) => Number.parseInt(text.slice(2), 16),
    encode: (number) => `0x${number.toString(16)}`
  })
)

/** The most block numbers that one `chain_getBlockHash` may ask for. */
const hashesLimit = 4096

const unsubscribe: Method = method([Schema.Union(Schema.String, Schema.Number)], ([id], client) =>
  Effect.sync(() => client.unsubscribe(String(id)))
)

/** `chain_*`: blocks, headers and subscriptions to them. */
export const chainMethods = (chain: Chain): Methods => {
  const hashOf = (number: number) => {
    const block = chain.blockAt(number)
    return block === undefined ? null : `0x${block.hash}`
  }

  const getBlockHash = method(
    [Optional(Schema.Union(BlockNumber, Schema.Array(Optional(BlockNumber)).pipe(Schema.maxItems(hashesLimit))))],
    ([wanted]) =>
      Effect.sync(() => {
        if (wanted === null) return `0x${chain.head().hash}`
        return typeof wanted === "number" ? hashOf(wanted) : wanted.map((number) => hashOf(number ?? chain.head().number))
      })
  )

  const blockOf = (hash: string | null): Block | undefined => (hash === null ? chain.head() : chain.blockOf(hash))

  const getHeader = method([Optional(HexText)], ([hash]) =>
    Effect.sync(() => {
      const block = blockOf(hash)
      return block === undefined ? null : headerToJson(block.header)
    })
  )

  const getBlock = method([Optional(HexText)], ([hash]) =>
    Effect.sync(() => {
      const block = blockOf(hash)
      if (block === undefined) return null
      return { block: { header: headerToJson(block.header), extrinsics: block.extrinsics.map(toHex) }, justifications: null }
    })
  )

  const getFinalizedHead: Method = () => Effect.sync(() => `0x${chain.finalized().hash}`)

  const heads =
    (notification: string, current: () => Block, listen: (listener: BlockListener) => () => void): Method =>
    (_params, client) =>
      client.subscribe(notification, (notify) => {
        const tell = (block: Block) => notify(headerToJson(block.header))
        tell(current())
        return listen(tell)
      })
  const newHeads = heads("chain_newHead", chain.head, chain.onBlock)
  const allHeads = heads("chain_allHead", chain.head, chain.onBlock)
  const finalizedHeads = heads("chain_finalizedHead", chain.finalized, chain.onFinalized)

  return {
    chain_getBlockHash: getBlockHash,
    chain_getHead: getBlockHash,
    chain_getHeader: getHeader,
    chain_getBlock: getBlock,
    chain_getFinalizedHead: getFinalizedHead,
    chain_getFinalisedHead: getFinalizedHead,
    chain_subscribeNewHeads: newHeads,
    chain_subscribeNewHead: newHeads,
    subscribe_newHead: newHeads,
    chain_unsubscribeNewHeads: unsubscribe,
    chain_unsubscribeNewHead: unsubscribe,
    unsubscribe_newHead: unsubscribe,
    chain_subscribeAllHeads: allHeads,
    chain_unsubscribeAllHeads: unsubscribe,
    chain_subscribeFinalizedHeads: finalizedHeads,
    chain_subscribeFinalisedHeads: finalizedHeads,
    chain_unsubscribeFinalizedHeads: unsubscribe,
    chain_unsubscribeFinalisedHeads: unsubscribe,
    state_unsubscribeStorage: unsubscribe,
    state_unsubscribeRuntimeVersion: unsubscribe,
    chain_unsubscribeRuntimeVersion: unsubscribe,
    author_unwatchExtrinsic: unsubscribe
  }
}
