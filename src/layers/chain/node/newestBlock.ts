/** Blocks that are not final yet. */
import type { BlockReference, Chain } from "./Chain.ts"

/** The best block: a transaction that is sent now enters a later one. */
export const newestBlock = (chain: Chain["Type"]) =>
  chain.read("newest block", async (api): Promise<BlockReference> => {
    const header = await api.rpc.chain.getHeader()
    return { number: header.number.toNumber(), hash: header.hash.toHex() }
  })

export const parentOf = (chain: Chain["Type"], { hash }: BlockReference) =>
  chain.read("parent of a block", async (api) => (await api.rpc.chain.getHeader(hash)).parentHash.toHex())
