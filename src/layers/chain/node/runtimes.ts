/**
 * Chooses the metadata by which a block's state is read. Until the first upgrade this is the metadata of the process's first runtime, which takes no
 * request; what that cannot read may be of a block before the process's time. After an upgrade each block is read by its own runtime, looked up once per block.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiDecoration } from "@polkadot/api/types"
import { LRUCache } from "lru-cache"
import * as BlockState from "./BlockState.ts"

/** Blocks whose runtimes are cached, per connection. */
const CACHED_BLOCKS = 64

export type ReadAt = <A>(api: ApiPromise, hash: string, run: (at: BlockState.BlockState) => Promise<A>) => Promise<A>

const nameOf = ({ runtimeVersion: { specName, specVersion } }: ApiPromise): string => `${specName.toString()} ${specVersion.toString()}`

/**
 * A block that upgrades the runtime has its state in the old runtime's form, but answers runtime calls by the new one. polkadot.js uses one runtime
 * for all of a block and caches which. To read the blocks before and after, which have one runtime each, makes it switch.
 */
const withOwnCalls = async (api: ApiPromise, hash: string, state: ApiDecoration<"promise">): Promise<ApiDecoration<"promise">> => {
  const own = await api.rpc.state.getRuntimeVersion(hash)
  if (own.specVersion.eq(state.runtimeVersion.specVersion)) return state
  const { parentHash, number } = await api.rpc.chain.getHeader(hash)
  const child = await api.rpc.chain.getBlockHash(number.toNumber() + 1)
  // The hash of a block that does not exist yet is zeros.
  if (/[1-9a-f]/.test(child.toHex().slice(2))) await api.at(child)
  await api.at(parentHash)
  const { call } = await api.at(hash, own)
  await api.at(api.genesisHash, own)
  return { ...state, call }
}

/** `first`: the connection that the process began with. */
export const make = (first: ApiPromise): ReadAt => {
  const begunWith = nameOf(first)
  const looked = new WeakMap<ApiPromise, LRUCache<string, Promise<ApiDecoration<"promise">>>>()
  const byItsOwn = (api: ApiPromise, hash: string) => {
    const blocks = looked.get(api) ?? new LRUCache<string, Promise<ApiDecoration<"promise">>>({ max: CACHED_BLOCKS })
    looked.set(api, blocks)
    const known = blocks.get(hash)
    if (known !== undefined) return known
    // polkadot.js goes by the last block of each runtime that it knows.
    void api.getBlockRegistry(api.genesisHash, api.runtimeVersion)
    const found = api.at(hash).then((state) => withOwnCalls(api, hash, state))
    blocks.set(hash, found)
    found.catch(() => blocks.delete(hash))
    return found
  }
  return async (api, hash, run) => {
    if (nameOf(api) !== begunWith || looked.get(api)?.has(hash) === true) return run(await byItsOwn(api, hash))
    // Sets the block's runtime in polkadot.js. Otherwise other requests about the block would look it up in its state, which the node may have pruned.
    await api.getBlockRegistry(Uint8Array.fromHex(hash.slice(2)), api.runtimeVersion)
    try {
      return await run(BlockState.make(api, hash))
    } catch (error) {
      const { specVersion } = await api.rpc.state.getRuntimeVersion((await api.rpc.chain.getHeader(hash)).parentHash)
      if (specVersion.eq(api.runtimeVersion.specVersion)) throw error
      return run(await byItsOwn(api, hash))
    }
  }
}
