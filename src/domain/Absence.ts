/** What a validator remembers of an issue that is gone from GitHub. */
import { Schema } from "effect"

export const Absence = Schema.Struct({
  /** The finalised head, as a block number, at the last look that counted. */
  lastLook: Schema.Int,
  /** For how many blocks it has been gone, as far as looks cover them. */
  blocks: Schema.Int
})
export interface Absence extends Schema.Schema.Type<typeof Absence> {}
