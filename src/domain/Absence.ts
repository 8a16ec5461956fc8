/** What a validator remembers of an issue that is gone from GitHub. */
import { Schema } from "effect"

/** How long an issue must have been gone at every look before a validator votes so, in blocks. */
export const GONE_FOR = 1_800

export const Absence = Schema.Struct({
  /** The finalised head, as a block number, at the last look that counted. */
  lastLook: Schema.Int,
  /** For how many blocks it has been gone, as far as looks cover them. */
  blocks: Schema.Int
})
export interface Absence extends Schema.Schema.Type<typeof Absence> {}
