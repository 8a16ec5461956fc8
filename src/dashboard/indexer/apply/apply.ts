/**
 * Writes blocks into the tables: the cursor, calls, events and everything derived from them. Uses neither chain nor clock, so the same blocks always give the
 * same rows, regardless of batches and interruptions.
 */
import type { SqlClient } from "@effect/sql"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Ref } from "effect"
import type { OperationFailed } from "../../../domain/failures.ts"
import type { BlockContents } from "../blockContents.ts"
import { applyBlock } from "./applyBlock.ts"
import { Changes } from "./Changes.ts"
import { loadCursor, loadState } from "./load.ts"
import type { State } from "./State.ts"
import { write } from "./write.ts"

/** Applies blocks in order, within the caller's transaction. Skips blocks that the tables already contain. */
export type Apply = (blocks: ReadonlyArray<BlockContents>) => Effect.Effect<void, SqlError | OperationFailed, SqlClient.SqlClient>

/** The state kept between calls is valid only while the tables are at the same block. After a rollback, or another process's write, it is reloaded. */
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
