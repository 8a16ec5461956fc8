import { Effect, Runtime, Schema } from "effect"
import { type Hex, toHex } from "../../../../src/domain/hex.ts"
import type { Block } from "../Block.ts"
import type { Chain } from "../Chain.ts"
import { blake2b256 } from "../codec/hash.ts"
import type { BareHex } from "../codec/hex.ts"
import { ScaleReader } from "../codec/scale.ts"
import { codeKey } from "../state/keys.ts"
import type { StateView } from "../state/StateStore.ts"
import { stateAt } from "./context.ts"
import { HexText, type Method, type Methods, method, Optional } from "./Method.ts"
import { clientError, invalidParams, type RpcError } from "./RpcError.ts"
import type { RuntimeCalls } from "./runtimeCalls.ts"
import type { RuntimeVersion } from "./runtimeVersion.ts"

/** The most keys on one page (Substrate's limit), and the most keys that one query or subscription may name. */
export const pageLimit = 1000
const namedKeysLimit = 16_384

const Keys = Schema.Array(HexText).pipe(Schema.maxItems(namedKeysLimit))

export const valueOrNull = (value: Uint8Array | undefined): Hex | null => (value === undefined ? null : toHex(value))

/** At most `count` keys with `prefix` after `after`, in order. */
export const pageOf = (state: StateView, child: BareHex, prefix: BareHex, count: number, after: BareHex | null): ReadonlyArray<Hex> => {
  const page: Array<Hex> = []
  if (count === 0) return page
  for (const key of state.keys(child, prefix, after ?? undefined)) {
    page.push(`0x${key}`)
    if (page.length >= count) break
  }
  return page
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0)

const queryAt = (keys: ReadonlyArray<BareHex>, block: Block, state: StateView) => ({
  block: `0x${block.hash}`,
  changes: keys.map((key) => [`0x${key}`, valueOrNull(state.get("", key))] as const)
})

type Notify = (result: unknown) => void

/** Notifies of these keys' values, and then of each new block in which one of them changed. */
const followKeys = (chain: Chain, keys: ReadonlyArray<BareHex>, notify: Notify) => {
  const last = new Map<BareHex, Uint8Array | undefined>()
  const tell = (block: Block, all: boolean) => {
    const state = chain.stateOf(block)
    const changes = keys.flatMap((key) => {
      const value = state?.get("", key)
      if (!all && sameBytes(last.get(key), value)) return []
      last.set(key, value)
      return [[`0x${key}`, valueOrNull(value)] as const]
    })
    if (all || changes.length > 0) notify({ block: `0x${block.hash}`, changes })
  }
  tell(chain.head(), true)
  return chain.onBlock((block) => tell(block, false))
}

/** Notifies of the runtime's version, and then of each new block with other code. */
const followVersion = (chain: Chain, tellVersion: (state: StateView) => void) => {
  let told: Uint8Array | undefined
  const tell = (block: Block) => {
    const state = chain.stateOf(block)
    const code = state?.get("", codeKey)
    if (state === undefined || code === told) return
    told = code
    tellVersion(state)
  }
  tell(chain.head())
  return chain.onBlock(tell)
}

/** `state_*`: storage, runtime calls, metadata, and subscriptions to them. */
export const stateMethods = (chain: Chain, { call, versionAt }: RuntimeCalls): Methods => {
  const getStorage = method([HexText, Optional(HexText)], ([key, at]) =>
    Effect.map(stateAt(chain, at), ({ state }) => valueOrNull(state.get("", key)))
  )
  const getKeysPaged = method(
    [Optional(HexText), Schema.NonNegativeInt, Optional(HexText), Optional(HexText)],
    ([prefix, count, after, at]) =>
      count > pageLimit
        ? Effect.fail(invalidParams(`count exceeds maximum value. value: ${count}, max: ${pageLimit}`))
        : Effect.map(stateAt(chain, at), ({ state }) => pageOf(state, "", prefix ?? "", count, after))
  )
  const getRuntimeVersion = method([Optional(HexText)], ([at]) =>
    Effect.flatMap(stateAt(chain, at), ({ state }): Effect.Effect<RuntimeVersion, RpcError> => versionAt(state))
  )
  const subscribeStorage = method([Keys], ([keys], client) =>
    client.subscribe("state_storage", (notify) => followKeys(chain, keys, notify))
  )
  const subscribeRuntimeVersion: Method = (_params, client) =>
    Effect.gen(function* () {
      const runtime = yield* Effect.runtime<never>()
      return yield* client.subscribe("state_runtimeVersion", (notify) =>
        followVersion(chain, (state) => {
          Runtime.runFork(runtime)(Effect.ignoreLogged(Effect.map(versionAt(state), notify)))
        })
      )
    })

  return {
    state_getStorage: getStorage,
    state_getStorageAt: getStorage,
    state_getStorageHash: method([HexText, Optional(HexText)], ([key, at]) =>
      Effect.map(stateAt(chain, at), ({ state }) => {
        const value = state.get("", key)
        return value === undefined ? null : toHex(blake2b256(value))
      })
    ),
    state_getStorageSize: method([HexText, Optional(HexText)], ([key, at]) =>
      Effect.map(stateAt(chain, at), ({ state }) => state.get("", key)?.length ?? null)
    ),
    state_getKeysPaged: getKeysPaged,
    state_getKeysPagedAt: getKeysPaged,
    state_getKeys: method([HexText, Optional(HexText)], ([prefix, at]) =>
      Effect.map(stateAt(chain, at), ({ state }) => pageOf(state, "", prefix, Number.MAX_SAFE_INTEGER, null))
    ),
    state_getPairs: method([HexText, Optional(HexText)], ([prefix, at]) =>
      Effect.map(stateAt(chain, at), ({ state }) =>
        Array.from(state.keys("", prefix), (key) => [`0x${key}`, valueOrNull(state.get("", key))])
      )
    ),
    state_queryStorageAt: method([Keys, Optional(HexText)], ([keys, at]) =>
      Effect.map(stateAt(chain, at), ({ block, state }) => [queryAt(keys, block, state)])
    ),
    state_call: method([Schema.String, HexText, Optional(HexText)], ([name, argument, at]) =>
      Effect.flatMap(stateAt(chain, at), ({ state }) => Effect.map(call(state, name, Uint8Array.fromHex(argument)), toHex))
    ),
    state_getMetadata: method([Optional(HexText)], ([at]) =>
      Effect.flatMap(stateAt(chain, at), ({ state }) =>
        Effect.map(call(state, "Metadata_metadata", new Uint8Array()), (answer) => toHex(new ScaleReader(answer).lengthPrefixed()))
      )
    ),
    state_getRuntimeVersion: getRuntimeVersion,
    chain_getRuntimeVersion: getRuntimeVersion,
    state_getReadProof: () => Effect.fail(clientError("this chain's state root is not a Merkle root, so there are no read proofs")),
    state_subscribeStorage: subscribeStorage,
    state_subscribeRuntimeVersion: subscribeRuntimeVersion,
    chain_subscribeRuntimeVersion: subscribeRuntimeVersion
  }
}
