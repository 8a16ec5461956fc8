/** What a validator remembers of its looks at an issue: for how long GitHub's record has said the same at each of them. */
import { Schema } from "effect"

/** How long an issue must have been gone at every look before a validator votes so, in blocks. */
export const GONE_FOR = 1_800

/** How long the record must have said the same at every look before a validator casts a vote that cannot be undone, in blocks. */
export const SETTLES_FOR = 300

export const Watch = Schema.Struct({
  /** What the record says, in words that are equal as long as it says the same. */
  says: Schema.String,
  /** The finalised head, as a block number, at the last look that counted. */
  lastLook: Schema.Int,
  /** For how many blocks it has said so, as far as looks cover them. */
  blocks: Schema.Int
})
export interface Watch extends Schema.Schema.Type<typeof Watch> {}
