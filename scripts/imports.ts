/** Imports between the files of this repository. */
import { readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

const PATTERN = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g

/** The TypeScript files that a file imports, including type imports, as paths from `root`. `file`: also a path from `root`. */
export const importsOf = (root: string, file: string): ReadonlyArray<string> =>
  [...readFileSync(join(root, file), "utf8").matchAll(PATTERN)].flatMap(([, path = ""]) => {
    const target = relative(root, resolve(root, dirname(file), path)).replaceAll("\\", "/")
    return /\.tsx?$/.test(target) ? [target] : []
  })

/** `files`, and all files that import them directly or indirectly. `graph`: each file's imports. */
export const reaching = (files: Iterable<string>, graph: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlySet<string> => {
  const importers = new Map<string, Array<string>>()
  for (const [file, targets] of graph)
    for (const target of targets) {
      const known = importers.get(target)
      if (known === undefined) importers.set(target, [file])
      else known.push(file)
    }
  const found = new Set(files)
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer)
  return found
}
