/** The worker of `treeTask`. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import { git } from "../../layers/git/git.ts"
import type { TreeEntry } from "../../layers/git/listTree.ts"
import { type OpenRepository, openRepository } from "../../layers/git/openRepository.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import { type TreeRequest, treeTask } from "./treeTask.ts"

/** Entries of a tree with another commit's tests. A symbolic link may have become a folder between the commits, or the other way round. */
const entriesOf = (repository: OpenRepository, { commit, only, tests }: TreeRequest) =>
  Effect.gen(function* () {
    const entries = new Map((yield* repository.files(commit)).map((entry) => [entry.path, entry]))
    if (tests !== null) {
      const others = new Map((yield* repository.files(tests.of)).map((entry) => [entry.path, entry]))
      for (const { path } of tests.changed) entries.delete(path)
      for (const { path, change } of tests.changed) {
        const other = change === tests.absent ? undefined : others.get(path)
        if (other === undefined) continue
        clearWay(entries, path)
        entries.set(path, other)
      }
    }
    const wanted = only === null ? undefined : new Set(only)
    return [...entries.values()].filter(({ path }) => wanted === undefined || wanted.has(path))
  })

/** Removes files in the place of `path`'s parent folders. */
const clearWay = (entries: Map<string, TreeEntry>, path: string): void => {
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) entries.delete(path.slice(0, at))
}

export const main = serveTask(treeTask, (tree, places) =>
  Effect.gen(function* () {
    const repository = yield* openRepository(places)
    const entries = yield* entriesOf(repository, tree)
    const variables = {
      GIT_DIR: repository.folder,
      GIT_WORK_TREE: places.work ?? "",
      GIT_INDEX_FILE: join(mkdtempSync(join(tmpdir(), "index-")), "index")
    }
    const listed = entries.map(({ mode, object, path }) => `${mode} ${object}\t${path}\0`).join("")
    yield* git(repository.folder, ["update-index", "-z", "--replace", "--index-info"], { variables, input: listed })
    yield* git(places.work ?? "", ["checkout-index", "--all", "--force"], { variables })
  }).pipe(Effect.catchTags(asUnusable))
)
