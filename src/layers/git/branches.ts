/** A branch of a repository on this machine: where it went off, and what it changes. */
import { Effect } from "effect"
import { type OpenRepository, UnusableReference } from "./Checkout.ts"

/** Where a branch usually starts when nobody says so. */
const USUAL_BASES: ReadonlyArray<string> = ["origin/HEAD", "origin/main", "origin/master", "main", "master"]

const usualBase = (repository: OpenRepository) =>
  Effect.firstSuccessOf(USUAL_BASES.map((name) => Effect.as(repository.commitOf(name), name))).pipe(
    Effect.catchTag(
      "UnusableReference",
      () => new UnusableReference({ name: "origin/HEAD", why: "there is no main branch here: name the branch to compare with by --base" })
    )
  )

/** A branch's head, and the commit where it went off from `base`. `base`: undefined for the repository's main branch. */
export const branchCommits = Effect.fn("branchCommits")(function* (repository: OpenRepository, base: string | undefined, head: string) {
  const headCommit = yield* repository.commitOf(head)
  const baseName = base ?? (yield* usualBase(repository))
  const baseCommit = yield* repository.commitOf(baseName)
  const mergeBase = yield* repository
    .mergeBase(baseCommit, headCommit)
    .pipe(
      Effect.catchTag("UnusableReference", () => new UnusableReference({ name: baseName, why: `it has no common history with ${head}` }))
    )
  return { base: mergeBase, head: headCommit }
})

/** What a branch changes since it went off. */
export const branchChange = Effect.fn("branchChange")(function* (repository: OpenRepository, base: string | undefined, head: string) {
  const commits = yield* branchCommits(repository, base, head)
  return {
    ...commits,
    files: yield* repository.changedFiles(commits.base, commits.head),
    messages: yield* repository.messages(commits.base, commits.head)
  }
})
