/** Folders with a repository's files. They are written outside of any box from files that nobody vouches for, so links must not lead anywhere. */
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import type { ChangedPath } from "../../layers/git/Checkout.ts"
import type { RepositoryFiles } from "./manifests.ts"

/** Files of the size of manifests; larger ones count as empty. */
const MAXIMUM_BYTES = 4 << 20

/** The files in a folder. Links are left out. */
export const filesIn = (folder: string): RepositoryFiles => {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
  const known = new Set(all)
  return {
    all,
    has: (path) => known.has(path),
    read: (path) => {
      const file = join(folder, path)
      return lstatSync(file).size > MAXIMUM_BYTES ? "" : readFileSync(file, "utf8")
    }
  }
}

/** Removes what stands where a folder of `path` has to be. Through a link in its place, files outside would be written or removed. */
const clearWay = (folder: string, path: string): void => {
  const parts = path.split("/").slice(0, -1)
  for (let count = 1; count <= parts.length; count++) {
    const above = join(folder, ...parts.slice(0, count))
    const found = lstatSync(above, { throwIfNoEntry: false })
    if (found === undefined) return
    if (!found.isDirectory()) rmSync(above)
  }
}

/** Copies one file to the same place in another folder. Submodules have no files. */
export const place = (from: string, to: string, path: string): void => {
  if (lstatSync(join(from, path), { throwIfNoEntry: false }) === undefined) return
  mkdirSync(dirname(join(to, path)), { recursive: true })
  cpSync(join(from, path), join(to, path), { recursive: true, verbatimSymlinks: true })
}

/** A copy of `code` whose tests are those of `tests`. */
export const withTestsOf = (
  code: string,
  tests: string,
  changed: ReadonlyArray<ChangedPath>,
  from: "base" | "head",
  target: string
): void => {
  cpSync(code, target, { recursive: true, verbatimSymlinks: true })
  for (const { path } of changed) {
    clearWay(target, path)
    rmSync(join(target, path), { recursive: true, force: true })
  }
  const absent = from === "base" ? "added" : "removed"
  for (const { path, change } of changed) if (change !== absent) place(tests, target, path)
  chmodSync(target, 0o755)
}
