/** A task's failure when git cannot do its part. */
import { Schema } from "effect"
import type { GitMissing, GitRefused } from "./git.ts"

/** git is missing on this machine, or refused: a repository exceeds a limit, is damaged, or is another than requested. */
export class GitUnusable extends Schema.TaggedError<GitUnusable>()("GitUnusable", {
  why: Schema.String,
  /** Whether the repository exceeds a limit, so that a retry would fail too. */
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
