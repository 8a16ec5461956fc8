/** Whose fault it is that a pull request does not go on. Only a miner's fault rejects; everything else is tried again or left open. */
import { Schema } from "effect"

export const Fault = Schema.Literal("miner", "infrastructure", "provider", "unknown")
export type Fault = Schema.Schema.Type<typeof Fault>
