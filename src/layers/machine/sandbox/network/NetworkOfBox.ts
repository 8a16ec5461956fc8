/** What a box needs to reach its proxy, and what the proxy says of it. */
import type { Effect } from "effect"
import type { BoxEnd, ReadOnlyPath } from "../Sandbox.ts"

export interface NetworkOfBox {
  readonly readOnly: ReadonlyArray<ReadOnlyPath>
  readonly environment: Readonly<Record<string, string>>
  /** In front of the command. */
  readonly before: ReadonlyArray<string>
  /** For after the box's end: what the proxy did not let through, each once, in words. */
  readonly refused: Effect.Effect<ReadonlyArray<string>>
  /** Ends when the box has used up its bytes. */
  readonly usedUp: Effect.Effect<BoxEnd>
}
