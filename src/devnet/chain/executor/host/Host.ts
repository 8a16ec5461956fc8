import type { Overlay } from "../../state/Overlay.ts"
import type { RuntimeMemory } from "./RuntimeMemory.ts"

/** What the host functions of one instance work on. */
export interface Host {
  readonly memory: RuntimeMemory
  /** The overlay of the call that is being served: another one each time the instance is used. */
  overlay: Overlay
  /** Version information inside a runtime's code, SCALE-encoded; undefined if the code holds none. */
  readonly versionOf: (code: Uint8Array) => Uint8Array | undefined
  readonly log: (level: number, target: string, message: string) => void
}

/** Host functions by their import name; WebAssembly passes i32 as number and i64 as bigint. */
export type HostFunctions = Readonly<Record<string, (...args: Array<never>) => number | bigint | undefined>>
