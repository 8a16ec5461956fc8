/** The head of a competitor's pull request: what gate, verification and duel look at. */
import { Schema } from "effect"

const Commit = Schema.String.pipe(Schema.pattern(/^[\da-f]{40}$/, { identifier: "a commit's 40 hexadecimal digits" }))

export const Head = Schema.Struct({
  /** As `owner/name`. */
  repository: Schema.String,
  /** The pull request's number. */
  number: Schema.Int.pipe(Schema.positive()),
  commit: Commit,
  /** The merge base with the branch that the pull request wants to change. */
  baseCommit: Commit,
  /** The author's GitHub account id. */
  account: Schema.String,
  /** The author's hotkey, as an address. */
  hotkey: Schema.String
})
export interface Head extends Schema.Schema.Type<typeof Head> {}
