/** Whose fault stops a pull request. Only a miner's fault rejects it; after any other, the check is retried or left open. */
import { Schema } from "effect"

export const Fault = Schema.Literal("miner", "infrastructure", "provider", "unknown")
export type Fault = Schema.Schema.Type<typeof Fault>
