/** The worker of `branchTask`. */
import { Effect } from "effect"
import { serveTask } from "../machine/confined/serveTask.ts"
import { type BranchCommits, branchTask } from "./branchTask.ts"
import { asUnusable } from "./GitUnusable.ts"
import { type OpenRepository, openRepository, UnusableReference } from "./openRepository.ts"

/** Base branches to try, in order, when the caller names none. */
const USUAL_BASES: ReadonlyArray<string> = ["origin/HEAD", "origin/main", "origin/master", "main", "master"]

const usualBase = (repository: OpenRepository) =>
  Effect.firstSuccessOf(USUAL_BASES.map((name) => Effect.as(repository.commitOf(name), name))).pipe(
    Effect.catchTag(
      "UnusableReference",
      () => new UnusableReference({ name: "origin/HEAD", why: "there is no main branch here: name the branch to compare with by --base" })
    )
  )

const branchCommits = Effect.fn("branchCommits")(function* (repository: OpenRepository, base: string | null, head: string) {
  const headCommit = yield* repository.commitOf(head)
  const baseName = base ?? (yield* usualBase(repository))
  const baseCommit = yield* repository.commitOf(baseName)
  const mergeBase = yield* repository
    .mergeBase(baseCommit, headCommit)
    .pipe(
      Effect.catchTag("UnusableReference", () => new UnusableReference({ name: baseName, why: `it has no common history with ${head}` }))
    )
  const commits: BranchCommits = { base: mergeBase, head: headCommit }
  return commits
})

export const main = serveTask(branchTask, ({ base, heads }, places) =>
  Effect.flatMap(openRepository(places), (repository) => Effect.forEach(heads, (head) => branchCommits(repository, base, head))).pipe(
    Effect.catchTags(asUnusable)
  )
)
