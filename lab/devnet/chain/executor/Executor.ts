import { type Effect, Schema } from "effect"
import type { Change, StateView } from "../state/StateStore.ts"

/** The runtime stopped inside a call: a panic, a trap, or an unsupported host function. The call leaves no changes. */
export class RuntimeTrap extends Schema.TaggedError<RuntimeTrap>()("RuntimeTrap", {
  call: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the runtime stopped in ${this.call}: ${this.reason}`
  }
}

/** The answer of a runtime call and the changes that it would make. */
export interface CallOutcome {
  readonly result: Uint8Array
  readonly changes: ReadonlyArray<Change>
}

/** A block to build on a state. All members are SCALE bytes; extrinsics include their length prefix. */
export interface BlockPlan {
  /** The header for `Core_initialize_block`. */
  readonly header: Uint8Array
  /** The inherent data for `BlockBuilder_inherent_extrinsics`. */
  readonly inherentData: Uint8Array
  readonly extrinsics: ReadonlyArray<Uint8Array>
}

/** The result of one extrinsic: the bytes of an ApplyExtrinsicResult, or the runtime's trap. */
export type ExtrinsicResult = Uint8Array | RuntimeTrap

export interface BuiltBlock {
  /** The header from `BlockBuilder_finalize_block`. */
  readonly header: Uint8Array
  readonly inherents: ReadonlyArray<Uint8Array>
  /** One result for each planned extrinsic, in order. Refused extrinsics leave no trace in `changes`. */
  readonly applied: ReadonlyArray<ExtrinsicResult>
  readonly changes: ReadonlyArray<Change>
}

/** Runs a runtime's WebAssembly on a state. Implementations cache the last few compiled runtimes. */
export interface Executor {
  /** Calls one entry point; returns its changes without applying them. */
  readonly call: (code: Uint8Array, state: StateView, method: string, argument: Uint8Array) => Effect.Effect<CallOutcome, RuntimeTrap>
  /** Initialises the block, applies the inherents and every extrinsic, and finalises it. Yields between extrinsics. */
  readonly build: (code: Uint8Array, state: StateView, plan: BlockPlan) => Effect.Effect<BuiltBlock, RuntimeTrap>
}
