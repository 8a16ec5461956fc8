/**
 * The tree differences of all files of a pull request, computed in processes of their own that are killed when they take too long, grow too large
 * or crash.
 */
import { Context, type Effect, Schema } from "effect"
import type { TreeDifference } from "../../domain/TreeDifference.ts"

/** Two versions of a file. `grammar`: a name of grammars.ts. Null or "": there is no such version. */
export interface FilePair {
  readonly grammar: string
  readonly base: string | null
  readonly head: string | null
}

/**
 * `differences`: one for each pair in its order; "crashed" where the parser crashed on that file twice, in a fresh process the second time.
 * `exceeded`: the pull request took longer than its budget; then there are no differences and all its files count as zero.
 */
export interface PullRequestDifferences {
  readonly differences: ReadonlyArray<TreeDifference | "crashed">
  readonly exceeded: boolean
}

/** No process that parses can be started: nothing is known about the files, and their score is not zero. */
export class ParsingUnavailable extends Schema.TaggedError<ParsingUnavailable>()("ParsingUnavailable", {
  reason: Schema.String
}) {
  override get message() {
    return `no process that parses files could be started (${this.reason}): check memory and the limit of processes, then try again`
  }
}

export class TreeDifferences extends Context.Tag("gittensor/TreeDifferences")<
  TreeDifferences,
  {
    /** Waits for a free process; the pull request's budget begins when it gets one. */
    readonly ofPullRequest: (pairs: ReadonlyArray<FilePair>) => Effect.Effect<PullRequestDifferences, ParsingUnavailable>
  }
>() {}
