import { type Effect, Schema } from "effect"
import type { Change, StateView } from "../state/StateStore.ts"

/** The runtime stopped inside a call: a panic, a trap, or a host function it may not use. Nothing of the call is kept. */
export class RuntimeTrap extends Schema.TaggedError<RuntimeTrap>()("RuntimeTrap", {
  call: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the runtime stopped in ${this.call}: ${this.reason}`
  }
}

/** What one runtime call answered and would change. */
export interface CallOutcome {
  readonly result: Uint8Array
  readonly changes: ReadonlyArray<Change>
}

/** A block to build on a state. All members are SCALE bytes; extrinsics carry their length in front. */
export interface BlockPlan {
  /** The header as `Core_initialize_block` takes it. */
  readonly header: Uint8Array
  /** The inherent data as `BlockBuilder_inherent_extrinsics` takes it. */
  readonly inherentData: Uint8Array
  readonly extrinsics: ReadonlyArray<Uint8Array>
}

/** What became of one extrinsic: the bytes of an ApplyExtrinsicResult, or why the runtime trapped on it. */
export type Applied = Uint8Array | RuntimeTrap

export interface BuiltBlock {
  /** The header as `BlockBuilder_finalize_block` answers it. */
  readonly header: Uint8Array
  readonly inherents: ReadonlyArray<Uint8Array>
  /** One a planned extrinsic, in order. What was not applied left no trace in `changes`. */
  readonly applied: ReadonlyArray<Applied>
  readonly changes: ReadonlyArray<Change>
}

/** Runs a runtime's WebAssembly on a state. Implementations keep the last few runtimes compiled. */
export interface Executor {
  /** Calls one entry point; what it writes is answered, not kept. */
  readonly call: (code: Uint8Array, state: StateView, method: string, argument: Uint8Array) => Effect.Effect<CallOutcome, RuntimeTrap>
  /** Initialises, applies the inherents and every extrinsic, finalises. Lets other work run between extrinsics. */
  readonly build: (code: Uint8Array, state: StateView, plan: BlockPlan) => Effect.Effect<BuiltBlock, RuntimeTrap>
}
