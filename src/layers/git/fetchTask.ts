/** Fetches commits, without their history, from a server into an empty folder of ours. */

import { Schema } from "effect"
import { EXIT } from "../../domain/causes.ts"
import { makeTask } from "../machine/confined/Task.ts"
import { GitUnusable } from "./GitUnusable.ts"

/** The server does not have a commit, or no longer: a force-push removed it, or its repository is gone. */
export class CommitsGone extends Schema.TaggedError<CommitsGone>()("CommitsGone", { url: Schema.String, why: Schema.String }) {
  override get message() {
    return `the commits can't be fetched from ${this.url} (${this.why}): were they replaced by a force-push?`
  }
}

/** The server did not answer, or refused. That says nothing about the commits. */
export class GitServerUnavailable extends Schema.TaggedError<GitServerUnavailable>()("GitServerUnavailable", {
  url: Schema.String,
  why: Schema.String
}) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `${this.url} can't be fetched from (${this.why}): try again, and see whether this machine reaches it with "git ls-remote ${this.url}"`
  }
}

const MEBIBYTE = 1_048_576

/** The most bytes and files of a repository on disk. A shallow fetch of a large repository takes a few hundred megabytes. */
export const REPOSITORY_LIMITS = { bytes: 4_096 * MEBIBYTE, files: 2_000 } as const

/** The time limit: a repository of several gigabytes takes minutes. */
const SECONDS = 900

/** The place `repository` is an empty folder. */
export const fetchTask = makeTask({
  name: "git-fetch",
  question: Schema.Struct({ url: Schema.String, commits: Schema.Array(Schema.String) }),
  answer: Schema.Void,
  failure: Schema.Union(CommitsGone, GitServerUnavailable, GitUnusable),
  limits: { seconds: SECONDS, fileSize: REPOSITORY_LIMITS.bytes, result: 65_536 },
  reads: {
    what: "commits from a repository's server",
    writtenBy: "the server's operator, and the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})
