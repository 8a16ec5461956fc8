/** Task: determines how a repository's tests are run, from its base alone. */
import { Schema } from "effect"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import { ChangedPath } from "../../layers/git/openRepository.ts"
import { makeTask } from "../../layers/machine/confined/Task.ts"
import { RECOGNISED } from "./ecosystems.ts"
import { TestPlan } from "./testPlan.ts"

/** The repository belongs to no ecosystem whose tests this program can run. */
export class NoTestsRecognised extends Schema.TaggedError<NoTestsRecognised>()("NoTestsRecognised", {}) {
  override get message() {
    return `no tests are recognised in the base (${RECOGNISED}): give the command with --command`
  }
}

/** Plans the tests of a repository in a sandbox. The places are the folders of a `Repository`. */
export const planTask = makeTask({
  name: "plan-tests",
  question: Schema.Struct({
    base: Schema.String,
    head: Schema.String,
    /** Overrides the detected test command. */
    command: Schema.NullOr(Schema.String)
  }),
  answer: Schema.Struct({
    plan: TestPlan,
    /** Whether the ecosystem is known, so that dependencies can be fetched. */
    isRecognised: Schema.Boolean,
    changedTests: Schema.Array(ChangedPath),
    /** Manifests and lock files that the head changes. */
    changedDependencies: Schema.Array(Schema.String)
  }),
  failure: Schema.Union(NoTestsRecognised, GitUnusable),
  limits: {},
  reads: {
    what: "manifests and file names, to find out how to run the tests",
    writtenBy: "the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})
