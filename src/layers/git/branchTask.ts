/** Finds the merge bases of branches with the main branch, in a repository on this machine. */
import { Schema } from "effect"
import { makeTask } from "../machine/confined/Task.ts"
import { GitUnusable } from "./GitUnusable.ts"
import { UnusableReference } from "./openRepository.ts"

export const BranchCommits = Schema.Struct({
  /** The merge base with the base branch. */
  base: Schema.String,
  head: Schema.String
})
export interface BranchCommits extends Schema.Schema.Type<typeof BranchCommits> {}

/** Takes the places of a `Repository`. Returns one answer for each head. `base`: null for the repository's main branch. */
export const branchTask = makeTask({
  name: "git-branches",
  question: Schema.Struct({ base: Schema.NullOr(Schema.String), heads: Schema.Array(Schema.String) }),
  answer: Schema.Array(BranchCommits),
  failure: Schema.Union(UnusableReference, GitUnusable),
  limits: { result: 1_048_576 },
  reads: {
    what: "names and commits of a repository's branches",
    writtenBy: "the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})
