/**
 * By which runtime's metadata a block's state is read. As long as the runtime of now is the one that this process began with, that one: it takes no
 * request. Once another has come, each block by its own, which is looked up once for a block.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiDecoration } from "@polkadot/api/types"

/** Blocks whose runtime is remembered, by connection. */
const REMEMBERED = 64

export type StateAt = (api: ApiPromise, hash: string) => Promise<ApiDecoration<"promise">>

interface Looked {
  readonly blocks: Map<string, Promise<ApiDecoration<"promise">>>
  readonly forgotten: Promise<unknown>
}

const nameOf = ({ runtimeVersion: { specName, specVersion } }: ApiPromise): string => `${specName.toString()} ${specVersion.toString()}`

/**
 * polkadot.js puts new metadata into the registry of before, and goes on taking that one for the block that it last read by it. Reading a block by it
 * that nobody asks for makes it forget the other.
 */
const forget = (api: ApiPromise) => api.at(api.genesisHash, api.runtimeVersion)

/** `first`: the connection that this process began with. */
export const make = (first: ApiPromise): StateAt => {
  const begunWith = nameOf(first)
  const looked = new WeakMap<ApiPromise, Looked>()
  return (api, hash) => {
    if (nameOf(api) === begunWith) return api.at(hash, api.runtimeVersion)
    const { blocks, forgotten } = looked.get(api) ?? {
      blocks: new Map<string, Promise<ApiDecoration<"promise">>>(),
      forgotten: forget(api)
    }
    looked.set(api, { blocks, forgotten })
    const known = blocks.get(hash)
    if (known !== undefined) return known
    const found = forgotten.then(() => api.at(hash))
    blocks.set(hash, found)
    found.catch(() => blocks.delete(hash))
    const [oldest] = blocks.keys()
    if (blocks.size > REMEMBERED && oldest !== undefined) blocks.delete(oldest)
    return found
  }
}
