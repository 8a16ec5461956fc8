/** Task: reads a repository's policy for pull requests from a commit, and what a head lacks of it. */
import { Schema } from "effect"
import { PolicyLack, RepositoryPolicy } from "../../domain/quality/RepositoryPolicy.ts"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import { makeTask } from "../../layers/machine/confined/Task.ts"

/** Reads a repository's policy in a sandbox. The places are the folders of a `Repository`. */
export const policyTask = makeTask({
  name: "policy",
  question: Schema.Struct({
    base: Schema.String,
    head: Schema.String,
    title: Schema.String,
    /** null: not written yet. */
    description: Schema.NullOr(Schema.String),
    /** null: read them from git. */
    messages: Schema.NullOr(Schema.Array(Schema.String))
  }),
  answer: Schema.Struct({ policy: RepositoryPolicy, lacks: Schema.Array(PolicyLack) }),
  failure: GitUnusable,
  limits: {},
  reads: {
    what: "a repository's rules for pull requests, and a pull request's texts",
    writtenBy: "the repository's authors",
    test: "test/process/cli/mineCheck.test.ts"
  }
})
