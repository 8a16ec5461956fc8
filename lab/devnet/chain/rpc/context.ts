import { Effect } from "effect"
import type { Block } from "../Block.ts"
import type { Chain } from "../Chain.ts"
import type { BareHex } from "../codec/hex.ts"
import type { RuntimeTrap } from "../executor/Executor.ts"
import type { StateView } from "../state/StateStore.ts"
import { clientError, type RpcError } from "./RpcError.ts"

/** A block and its state, for methods that read at a block. */
export interface BlockAndState {
  readonly block: Block
  readonly state: StateView
}

/** The block with a hash; the newest if null. */
const blockAt = (chain: Chain, hash: BareHex | null): Effect.Effect<Block, RpcError> =>
  Effect.suspend(() => {
    const block = hash === null ? chain.head() : chain.blockOf(hash)
    return block === undefined
      ? Effect.fail(clientError(`UnknownBlock: Header was not found in the database: 0x${hash}`))
      : Effect.succeed(block)
  })

/** The block with a hash and its state; the newest if null. */
export const stateAt = (chain: Chain, hash: BareHex | null): Effect.Effect<BlockAndState, RpcError> =>
  Effect.flatMap(blockAt(chain, hash), (block) => {
    const state = chain.stateOf(block)
    return state === undefined
      ? Effect.fail(clientError(`Api called for an unknown Block: State already discarded for 0x${block.hash}`))
      : Effect.succeed({ block, state })
  })

/** Calls the runtime on a block's state. */
export const runtimeCall = (chain: Chain, state: StateView, method: string, argument: Uint8Array): Effect.Effect<Uint8Array, RpcError> =>
  chain.call(state, method, argument).pipe(
    Effect.map(({ result }) => result),
    Effect.mapError((trap: RuntimeTrap) => clientError(`Execution failed: Execution aborted due to trap: ${trap.message}`))
  )
