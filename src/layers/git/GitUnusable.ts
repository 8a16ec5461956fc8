/** How a task fails when git can't do its part. */
import { Schema } from "effect"

/** git is missing on this machine, or refused: a repository is beyond the limits, damaged, or not what was asked for. */
export class GitUnusable extends Schema.TaggedError<GitUnusable>()("GitUnusable", { why: Schema.String }) {
  override get message() {
    return this.why
  }
}

const told = ({ message }: { readonly message: string }) => new GitUnusable({ why: message })

/** For `Effect.catchTags`. */
export const asUnusable = { GitMissing: told, GitRefused: told }
