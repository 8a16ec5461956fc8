import type { Overlay } from "../../state/Overlay.ts"
import type { RuntimeMemory } from "./RuntimeMemory.ts"

/** The context of an instance's host functions. */
export interface Host {
  readonly memory: RuntimeMemory
  /** The overlay of the current call; replaced each time the instance is reused. */
  overlay: Overlay
  /** The SCALE-encoded version inside a runtime's code; undefined if there is none. */
  readonly versionOf: (code: Uint8Array) => Uint8Array | undefined
  /** The log of the current call. */
  log: (level: number, target: string, message: string) => void
}

/** Host functions by import name. WebAssembly passes i32 as number and i64 as bigint. */
export type HostFunctions = Readonly<Record<string, (...args: Array<never>) => number | bigint | undefined>>
