/** The worker of `planTask`. */
import { Effect } from "effect"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import { readObject } from "../../layers/git/git.ts"
import { LINK, SUBMODULE, type TreeEntry } from "../../layers/git/listTree.ts"
import { openRepository } from "../../layers/git/openRepository.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import { isDependencyFile, isTestFile } from "../../rules/quality/repositoryFiles.ts"
import { planOf } from "./ecosystems.ts"
import type { RepositoryFiles } from "./manifests.ts"
import { NoTestsRecognised, planTask } from "./planTask.ts"

/** Maximum size of a manifest in bytes; larger files count as empty. */
const MAXIMUM_BYTES = 4 << 20

/** The files of a commit, without symbolic links. */
const filesOf = (folder: string, entries: ReadonlyArray<TreeEntry>): RepositoryFiles => {
  const files = new Map(entries.flatMap((entry) => (entry.mode === LINK || entry.mode === SUBMODULE ? [] : [[entry.path, entry] as const])))
  return {
    all: [...files.keys()].toSorted(),
    has: (path) => files.has(path),
    read: (path) => {
      const entry = files.get(path)
      return entry === undefined || entry.size > MAXIMUM_BYTES ? "" : readObject(folder, entry.object)
    }
  }
}

export const main = serveTask(planTask, ({ base, head, command }, places) =>
  Effect.gen(function* () {
    const repository = yield* openRepository(places)
    const changes = yield* repository.changes(base, head)
    const { isRecognised, plan } = planOf(filesOf(repository.folder, yield* repository.files(base)), command)
    if (plan === undefined) return yield* new NoTestsRecognised()
    return {
      plan,
      isRecognised,
      changedTests: changes.filter(({ path }) => isTestFile(path)),
      changedDependencies: changes.filter(({ path }) => isDependencyFile(path)).map(({ path }) => path)
    }
  }).pipe(Effect.catchTags(asUnusable))
)
