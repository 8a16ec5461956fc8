import type { Overlay } from "../../state/Overlay.ts"
import type { RuntimeMemory } from "./RuntimeMemory.ts"

/** What host functions work on: set anew for each instance of a runtime. */
export interface Host {
  readonly memory: RuntimeMemory
  readonly overlay: Overlay
  /** Version information inside a runtime's code, SCALE-encoded; undefined if the code holds none. */
  readonly versionOf: (code: Uint8Array) => Uint8Array | undefined
  readonly log: (level: number, target: string, message: string) => void
}

/** Host functions by their import name; WebAssembly passes i32 as number and i64 as bigint. */
export type HostFunctions = Readonly<Record<string, (...args: Array<never>) => number | bigint | undefined>>
