/**
 * By which runtime's metadata a block's state is read. As long as the runtime of now is the one that this process began with, that one: it takes no
 * request. Once another has come, each block by its own, which is looked up once for a block.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiDecoration } from "@polkadot/api/types"

/** Blocks whose runtime is remembered, by connection. */
const REMEMBERED = 64

export type StateAt = (api: ApiPromise, hash: string) => Promise<ApiDecoration<"promise">>

const nameOf = ({ runtimeVersion: { specName, specVersion } }: ApiPromise): string => `${specName.toString()} ${specVersion.toString()}`

/**
 * A block that brings another runtime has its state by the old one, and answers calls by the new one. polkadot.js reads all of a block by one: it is made
 * to forget by which, each time, through the blocks before and after, which are read by nothing but the old one and nothing but the new one.
 */
const withOwnCalls = async (api: ApiPromise, hash: string, state: ApiDecoration<"promise">): Promise<ApiDecoration<"promise">> => {
  const own = await api.rpc.state.getRuntimeVersion(hash)
  if (own.specVersion.eq(state.runtimeVersion.specVersion)) return state
  const { parentHash, number } = await api.rpc.chain.getHeader(hash)
  const child = await api.rpc.chain.getBlockHash(number.toNumber() + 1)
  // None yet is told as zeros.
  if (/[1-9a-f]/.test(child.toHex().slice(2))) await api.at(child)
  await api.at(parentHash)
  const { call } = await api.at(hash, own)
  await api.at(api.genesisHash, own)
  return { ...state, call }
}

/** `first`: the connection that this process began with. */
export const make = (first: ApiPromise): StateAt => {
  const begunWith = nameOf(first)
  const looked = new WeakMap<ApiPromise, Map<string, Promise<ApiDecoration<"promise">>>>()
  return (api, hash) => {
    if (nameOf(api) === begunWith) return api.at(hash, api.runtimeVersion)
    const blocks = looked.get(api) ?? new Map<string, Promise<ApiDecoration<"promise">>>()
    looked.set(api, blocks)
    const known = blocks.get(hash)
    if (known !== undefined) return known
    const found = api.at(hash).then((state) => withOwnCalls(api, hash, state))
    blocks.set(hash, found)
    found.catch(() => blocks.delete(hash))
    const [oldest] = blocks.keys()
    if (blocks.size > REMEMBERED && oldest !== undefined) blocks.delete(oldest)
    return found
  }
}
