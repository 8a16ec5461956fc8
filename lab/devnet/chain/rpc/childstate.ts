import { Effect, Schema } from "effect"
import type { Chain } from "../Chain.ts"
import type { BareHex } from "../codec/hex.ts"
import { childTriePrefix } from "../state/keys.ts"
import { stateAt } from "./context.ts"
import { HexText, type Methods, method, Optional } from "./Method.ts"
import { clientError, invalidParams, type RpcError } from "./RpcError.ts"
import { pageLimit, pageOf, valueOrNull } from "./state.ts"

/** A child trie's identifier, from its prefixed key in the request. */
const childOf = (key: BareHex): Effect.Effect<BareHex, RpcError> =>
  key.startsWith(childTriePrefix)
    ? Effect.succeed(key.slice(childTriePrefix.length))
    : Effect.fail(clientError("Invalid child storage key"))

/** `childstate_*`: the tries of contracts, at any retained block. */
export const childStateMethods = (chain: Chain): Methods => {
  const read = (trie: BareHex, at: BareHex | null) => Effect.all({ child: childOf(trie), at: stateAt(chain, at) })

  return {
    childstate_getStorage: method([HexText, HexText, Optional(HexText)], ([trie, key, at]) =>
      Effect.map(read(trie, at), ({ child, at: { state } }) => valueOrNull(state.get(child, key)))
    ),
    childstate_getStorageEntries: method([HexText, Schema.Array(HexText), Optional(HexText)], ([trie, keys, at]) =>
      Effect.map(read(trie, at), ({ child, at: { state } }) => keys.map((key) => valueOrNull(state.get(child, key))))
    ),
    childstate_getKeysPaged: method(
      [HexText, Optional(HexText), Schema.NonNegativeInt, Optional(HexText), Optional(HexText)],
      ([trie, prefix, count, after, at]) =>
        count > pageLimit
          ? Effect.fail(invalidParams(`count exceeds maximum value. value: ${count}, max: ${pageLimit}`))
          : Effect.map(read(trie, at), ({ child, at: { state } }) => pageOf(state, child, prefix ?? "", count, after))
    )
  }
}
