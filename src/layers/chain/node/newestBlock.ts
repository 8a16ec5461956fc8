/** Blocks that are not final yet. */
import type { BlockReference, Chain } from "./Chain.ts"

/** The newest block: a transaction that is sent now enters a block after it. */
export const newestBlock = (chain: Chain["Type"]) =>
  chain.read("newest block", async (api): Promise<BlockReference> => {
    const header = await api.rpc.chain.getHeader()
    return { number: header.number.toNumber(), hash: header.hash.toHex() }
  })

/** The hash of the block before one. */
export const parentOf = (chain: Chain["Type"], { hash }: BlockReference) =>
  chain.read("parent of a block", async (api) => (await api.rpc.chain.getHeader(hash)).parentHash.toHex())
