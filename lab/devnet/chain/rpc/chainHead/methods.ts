import { Effect, Runtime, Schema } from "effect"
import { toHex } from "../../../../../src/domain/hex.ts"
import type { Block } from "../../Block.ts"
import type { Chain } from "../../Chain.ts"
import { encodeHeader } from "../../codec/header.ts"
import type { BareHex } from "../../codec/hex.ts"
import { childTriePrefix } from "../../state/keys.ts"
import type { StateView } from "../../state/StateStore.ts"
import type { Client } from "../Client.ts"
import { HexText, type Methods, method, Optional } from "../Method.ts"
import { invalidParams, RpcError } from "../RpcError.ts"
import type { RuntimeCalls } from "../runtimeCalls.ts"
import { Follow } from "./Follow.ts"
import { pagesOf, StorageQuery } from "./storage.ts"

const followEvent = "chainHead_v1_followEvent"

/** The most subscriptions of one connection, as on a Substrate node. */
const followLimit = 4

/** The most queries in one `chainHead_v1_storage`. Further queries are discarded, and the answer counts them. */
const queryLimit = 1000

// The specification's error codes.
const tooManyFollows = new RpcError({ code: -32800, message: "Maximum number of chainHead_v1_follow subscriptions reached" })
const notPinned = new RpcError({ code: -32801, message: "Invalid block hash: the subscription has not reported it, or has unpinned it" })
const withoutRuntime = new RpcError({ code: -32802, message: "Runtime calls need a subscription with runtime updates" })
const notWaiting = new RpcError({ code: -32803, message: "No operation with this id waits for continue" })
const duplicateHashes = new RpcError({ code: -32804, message: "The list of hashes contains duplicates" })

const limitReached = { result: "limitReached" } as const

/** The subscriptions to the chain's head, and operations on their pinned blocks. */
const makeFollows = (chain: Chain, versionAt: RuntimeCalls["versionAt"]) => {
  const follows = new Map<string, Follow>()

  /** A connection sees only its own subscriptions. */
  const followOf = (id: string, client: Client): Follow | undefined =>
    client.subscriptions(followEvent).includes(id) ? follows.get(id) : undefined

  const pinnedBlock = (follow: Follow, hash: BareHex): Effect.Effect<Block, RpcError> => {
    const block = follow.holds(hash) ? chain.blockOf(hash) : undefined
    return block === undefined ? Effect.fail(notPinned) : Effect.succeed(block)
  }

  /**
   * Starts an operation on a pinned block. `run` returns an action that sends the operation's events once the client knows its id; the action does
   * not run if the block's state is gone.
   */
  const operation = (
    [id, hash, client]: readonly [id: string, hash: BareHex, client: Client],
    run: (operationId: string, block: Block, state: StateView, follow: Follow) => Effect.Effect<() => void>,
    started: object = {}
  ) =>
    Effect.gen(function* () {
      const follow = followOf(id, client)
      if (follow === undefined) return limitReached
      const block = yield* pinnedBlock(follow, hash)
      if (follow.isAtOperationLimit) return limitReached
      const operationId = follow.newOperation()
      const state = chain.stateOf(block)
      client.afterAnswer(
        state === undefined
          ? () => follow.notify({ event: "operationInaccessible", operationId })
          : yield* run(operationId, block, state, follow)
      )
      return { result: "started", operationId, ...started }
    })

  const begin = (withRuntime: boolean, client: Client) =>
    Effect.gen(function* () {
      if (client.subscriptions(followEvent).length >= followLimit) return yield* tooManyFollows
      const runtime = yield* Effect.runtime<never>()
      const versionOf = (block: Block) => {
        const state = chain.stateOf(block)
        if (state === undefined) return "the block's state is gone"
        return Runtime.runSync(runtime)(Effect.merge(Effect.mapError(versionAt(state), ({ message }) => message)))
      }
      const id = yield* client.subscribe(followEvent, (notify) => {
        const follow = new Follow({ chain, withRuntime, versionAt: versionOf, notify, end: () => client.unsubscribe(id) })
        follows.set(id, follow)
        const stop = follow.begin()
        return () => {
          stop()
          follows.delete(id)
        }
      })
      return id
    })

  return { begin, followOf, pinnedBlock, operation }
}

/** `chainHead_v1_*` of the JSON-RPC interface specification. */
export const chainHeadMethods = (chain: Chain, { call, versionAt }: RuntimeCalls): Methods => {
  const { begin, followOf, pinnedBlock, operation } = makeFollows(chain, versionAt)
  return {
    chainHead_v1_follow: method([Schema.Boolean], ([withRuntime], client) => begin(withRuntime, client)),
    chainHead_v1_unfollow: method([Schema.String], ([id], client) =>
      Effect.sync(() => {
        if (client.subscriptions(followEvent).includes(id)) client.unsubscribe(id)
        return null
      })
    ),
    chainHead_v1_header: method([Schema.String, HexText], ([id, hash], client) => {
      const follow = followOf(id, client)
      return follow === undefined
        ? Effect.succeed(null)
        : Effect.map(pinnedBlock(follow, hash), ({ header }) => toHex(encodeHeader(header)))
    }),
    chainHead_v1_body: method([Schema.String, HexText], ([id, hash], client) =>
      Effect.gen(function* () {
        const follow = followOf(id, client)
        if (follow === undefined) return limitReached
        const { extrinsics } = yield* pinnedBlock(follow, hash)
        if (follow.isAtOperationLimit) return limitReached
        const operationId = follow.newOperation()
        client.afterAnswer(() => follow.notify({ event: "operationBodyDone", operationId, value: extrinsics.map(toHex) }))
        return { result: "started", operationId }
      })
    ),
    chainHead_v1_call: method([Schema.String, HexText, Schema.String, HexText], ([id, hash, name, argument], client) =>
      followOf(id, client)?.withRuntime === false
        ? Effect.fail(withoutRuntime)
        : operation([id, hash, client], (operationId, _block, state, follow) =>
            call(state, name, Uint8Array.fromHex(argument)).pipe(
              Effect.map((output) => ({ event: "operationCallDone", operationId, output: toHex(output) })),
              Effect.catchAll(({ message }) => Effect.succeed({ event: "operationError", operationId, error: message })),
              Effect.map((event) => () => follow.notify(event))
            )
          )
    ),
    chainHead_v1_storage: method(
      [Schema.String, HexText, Schema.Array(StorageQuery), Optional(HexText)],
      ([id, hash, queries, childTrie], client) => {
        if (childTrie !== null && !childTrie.startsWith(childTriePrefix)) return Effect.fail(invalidParams("not a child trie's key"))
        const child = childTrie === null ? "" : childTrie.slice(childTriePrefix.length)
        const accepted = queries.slice(0, queryLimit)
        return operation(
          [id, hash, client],
          (operationId, _block, state, follow) =>
            Effect.succeed(() => {
              const pages = pagesOf(state, child, accepted)
              follow.sendPage(operationId, pages, pages.next())
            }),
          { discardedItems: queries.length - accepted.length }
        )
      }
    ),
    chainHead_v1_continue: method([Schema.String, Schema.String], ([id, operationId], client) => {
      const follow = followOf(id, client)
      if (follow === undefined) return Effect.succeed(null)
      const pages = follow.takePaused(operationId)
      if (pages === undefined) return Effect.fail(notWaiting)
      client.afterAnswer(() => follow.sendPage(operationId, pages, pages.next()))
      return Effect.succeed(null)
    }),
    chainHead_v1_stopOperation: method([Schema.String, Schema.String], ([id, operationId], client) =>
      Effect.sync(() => {
        followOf(id, client)?.takePaused(operationId)
        return null
      })
    ),
    chainHead_v1_unpin: method([Schema.String, Schema.Union(HexText, Schema.Array(HexText))], ([id, hashes], client) => {
      const follow = followOf(id, client)
      if (follow === undefined) return Effect.succeed(null)
      const all = typeof hashes === "string" ? [hashes] : hashes
      if (new Set(all).size !== all.length) return Effect.fail(duplicateHashes)
      if (!all.every((hash) => follow.holds(hash))) return Effect.fail(notPinned)
      return Effect.sync(() => {
        follow.unpin(all)
        return null
      })
    })
  }
}
