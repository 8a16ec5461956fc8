/** How a task fails when git can't do its part. */
import { Schema } from "effect"
import type { GitMissing, GitRefused } from "./git.ts"

/** git is missing on this machine, or refused: a repository is beyond the limits, damaged, or not what was asked for. */
export class GitUnusable extends Schema.TaggedError<GitUnusable>()("GitUnusable", {
  why: Schema.String,
  /** Whether the repository is beyond a limit, so that another try would come to the same. */
  isBeyondLimit: Schema.Boolean
}) {
  override get message() {
    return this.why
  }
}

/** For `Effect.catchTags`. */
export const asUnusable = {
  GitMissing: ({ message }: GitMissing) => new GitUnusable({ why: message, isBeyondLimit: false }),
  GitRefused: ({ message, isBeyondLimit }: GitRefused) => new GitUnusable({ why: message, isBeyondLimit })
}
