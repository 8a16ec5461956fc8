/**
 * Writes blocks into the tables: the cursor, calls and events as they are, and everything that follows from them. It reads no chain and no clock, so
 * that the same blocks always make the same rows, however many are applied at once and whatever was interrupted.
 */
import type { SqlClient } from "@effect/sql"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Ref } from "effect"
import type { BlockFacts } from "../facts.ts"
import { applyBlock } from "./applyBlock.ts"
import { Changes } from "./Changes.ts"
import type { IndexIncomplete, IndexUnreadable } from "./errors.ts"
import { loadCursor, loadState } from "./load.ts"
import type { State } from "./State.ts"
import { write } from "./write.ts"

/** Applies blocks, in order, within the caller's transaction. Those that the tables have already are left out. */
export type Apply = (
  blocks: ReadonlyArray<BlockFacts>
) => Effect.Effect<void, SqlError | IndexIncomplete | IndexUnreadable, SqlClient.SqlClient>

/**
 * What it knows from one call to the next is good for the block at which the tables stand then, and for no other: after a transaction that was
 * rolled back, or when somebody else has written, it reads the tables again.
 */
export const makeApply: Effect.Effect<Apply> = Effect.gen(function* () {
  const memory = yield* Ref.make<State | null>(null)

  const stateNow = Effect.gen(function* () {
    const [cursor, known] = [yield* loadCursor, yield* Ref.getAndSet(memory, null)]
    const isPresent = known?.cursor?.number === cursor?.number && known?.cursor?.hash === cursor?.hash
    return known !== null && isPresent ? known : yield* loadState
  })

  return Effect.fn("apply")(function* (blocks) {
    const state = yield* stateNow
    const from = state.cursor?.number ?? -1
    const changes = new Changes()
    for (const facts of blocks) if (facts.number > from) yield* applyBlock(state, changes, facts)
    yield* write(changes)
    yield* Ref.set(memory, state)
  })
})
