/** Task: writes a commit's files into a box's work folder, without history, remotes, `.git` or anything of this machine. */
import { Schema } from "effect"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import { ChangedPath } from "../../layers/git/openRepository.ts"
import { makeTask } from "../../layers/machine/confined/Task.ts"

const Tests = Schema.Struct({
  /** The commit whose versions of these files replace the tree's own. */
  of: Schema.String,
  changed: Schema.Array(ChangedPath),
  /** Which changed files are missing in this commit: the base lacks `added` files, the head lacks `removed` ones. */
  absent: Schema.Literal("added", "removed")
})

export const TreeRequest = Schema.Struct({
  commit: Schema.String,
  /** Only these files; null: all. */
  only: Schema.NullOr(Schema.Array(Schema.String)),
  tests: Schema.NullOr(Tests)
})
export interface TreeRequest extends Schema.Schema.Type<typeof TreeRequest> {}

/** Writes a commit's files in a sandbox. The places are the folders of a `Repository`, and `work`, the folder to write to. */
export const treeTask = makeTask({
  name: "write-tree",
  question: TreeRequest,
  answer: Schema.Void,
  failure: GitUnusable,
  limits: {},
  reads: {
    what: "a commit's tree, which is written for its tests",
    writtenBy: "the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})
