/** The proxy's side of a box with a network. */
import type { Effect } from "effect"
import type { BoxEnd, ReadOnlyPath } from "../Sandbox.ts"

export interface NetworkOfBox {
  readonly readOnly: ReadonlyArray<ReadOnlyPath>
  readonly environment: Readonly<Record<string, string>>
  /** The prefix of the command line. */
  readonly before: ReadonlyArray<string>
  /** Call after the box's end: the proxy's refusals, each once, in words. */
  readonly refused: Effect.Effect<ReadonlyArray<string>>
  /** Returns when the sandbox has used up its bytes. */
  readonly usedUp: Effect.Effect<BoxEnd>
}
