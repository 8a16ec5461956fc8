import { waitReady } from "@polkadot/wasm-crypto"
import { Effect } from "effect"
import { messageOf } from "../../../../src/domain/messageOf.ts"
import { ScaleReader } from "../codec/scale.ts"
import { makePacer } from "../eventLoop.ts"
import { Overlay } from "../state/Overlay.ts"
import type { StateView } from "../state/StateStore.ts"
import { type BlockPlan, type Executor, type ExtrinsicResult, RuntimeTrap } from "./Executor.ts"
import { type RuntimeInstance, runtimeModule } from "./RuntimeModule.ts"

/** Reads a list of extrinsics, each with its length prefix. */
const inherentsOf = (bytes: Uint8Array): ReadonlyArray<Uint8Array> => {
  const reader = new ScaleReader(bytes)
  const count = Number(reader.compact())
  return Array.from({ length: count }, () => {
    const start = reader.position
    reader.lengthPrefixed()
    return bytes.slice(start, reader.position)
  })
}

/**
 * Runs runtimes as WebAssembly modules of the JavaScript engine, with our own host functions. A runtime is compiled once; a call takes about a
 * millisecond.
 */
export const make = (options: { readonly log: (level: number, target: string, message: string) => void }): Effect.Effect<Executor> =>
  Effect.gen(function* () {
    yield* Effect.promise(() => waitReady())
    const trapping = <A>(call: string, run: () => A): Effect.Effect<A, RuntimeTrap> =>
      Effect.try({ try: run, catch: (cause) => new RuntimeTrap({ call, reason: messageOf(cause) }) })

    const call = (code: Uint8Array, state: StateView, method: string, argument: Uint8Array) =>
      trapping(method, () => {
        const overlay = new Overlay(state)
        const instance = runtimeModule(code).lend(overlay, options.log)
        const result = instance.call(method, argument)
        instance.release()
        return { result, changes: overlay.changes() }
      })

    const build = (code: Uint8Array, state: StateView, plan: BlockPlan) =>
      Effect.gen(function* () {
        const overlay = new Overlay(state)
        let instance: RuntimeInstance | undefined
        // One instance serves the whole block, because the runtime keeps no state between calls, and few allocations remain.
        const run = (method: string, argument: Uint8Array): Uint8Array => {
          instance ??= runtimeModule(code).lend(overlay, options.log)
          return instance.call(method, argument)
        }
        const required = (method: string, argument: Uint8Array) => trapping(method, () => run(method, argument))

        const apply = (extrinsic: Uint8Array): ExtrinsicResult => {
          const depth = overlay.depth
          overlay.begin()
          try {
            const result = run("BlockBuilder_apply_extrinsic", extrinsic)
            // A refused transaction is not in the block, so its writes (such as the nonce) are dropped.
            if (result[0] === 0) overlay.commit()
            else overlay.rollback()
            return result
          } catch (cause) {
            overlay.rollbackTo(depth)
            instance = undefined
            return new RuntimeTrap({ call: "BlockBuilder_apply_extrinsic", reason: messageOf(cause) })
          }
        }

        yield* required("Core_initialize_block", plan.header)
        overlay.begin()
        const inherents = inherentsOf(yield* required("BlockBuilder_inherent_extrinsics", plan.inherentData))
        overlay.rollback()
        for (const inherent of inherents) {
          const result = yield* required("BlockBuilder_apply_extrinsic", inherent)
          if (result[0] !== 0) return yield* new RuntimeTrap({ call: "BlockBuilder_apply_extrinsic", reason: "an inherent was refused" })
        }
        const applied: Array<ExtrinsicResult> = []
        const pace = makePacer()
        for (const extrinsic of plan.extrinsics) {
          applied.push(apply(extrinsic))
          yield* pace
        }
        const header = yield* required("BlockBuilder_finalize_block", new Uint8Array())
        instance?.release()
        return { header, inherents, applied, changes: overlay.changes() }
      })

    return { call, build }
  })
