/** Writes the files of a commit into the work folder of the box that needs them: no history, no remotes, no `.git`, nothing of this machine. */
import { Schema } from "effect"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import { ChangedPath } from "../../layers/git/openRepository.ts"
import { makeTask } from "../../layers/machine/confined/Task.ts"

const Tests = Schema.Struct({
  /** The commit whose version of these files replaces the tree's own. */
  of: Schema.String,
  changed: Schema.Array(ChangedPath),
  /** What a changed file is called that this commit does not have: the base has none that are `added`, the head none that are `removed`. */
  absent: Schema.Literal("added", "removed")
})

export const Tree = Schema.Struct({
  commit: Schema.String,
  /** Only these files; null for all. */
  only: Schema.NullOr(Schema.Array(Schema.String)),
  tests: Schema.NullOr(Tests)
})
export interface Tree extends Schema.Schema.Type<typeof Tree> {}

/** The places are those of a `Repository`, and `work`: the folder to write to. */
export const treeTask = makeTask({
  name: "write-tree",
  question: Tree,
  answer: Schema.Void,
  failure: GitUnusable,
  limits: {},
  reads: {
    what: "a commit's tree, which is written for its tests",
    writtenBy: "the pull request's author, and whoever else has written to the repository",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})
