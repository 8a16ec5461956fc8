/** Whether a repository's own `.gitattributes` say how its files are compared. */
import { rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { partsOf } from "../changedFiles.ts"
import { git } from "../git.ts"

const FILE = ".gitattributes"

/** Bytes of all paths that git is asked about at once, on its command line. */
const MOST_NAMED = 262_144

/** A file of attributes: its line in git's list of a tree. */
export interface AttributeFile {
  readonly line: string
  readonly object: string
}

/** The folders above a path, the root first. */
const above = (path: string): ReadonlyArray<string> => {
  const folder = dirname(path)
  return folder === "." ? [""] : [...above(folder), `${folder}/`]
}

/** The files of attributes that concern these paths in a commit; null where there are too many folders to look into. */
export const attributeFiles = Effect.fn("attributeFiles")(function* (folder: string, commit: string, paths: ReadonlyArray<string>) {
  const names = [...new Set(paths.flatMap(above))].map((one) => `${one}${FILE}`)
  if (names.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0) > MOST_NAMED) return null
  const lines = partsOf(yield* git(folder, ["ls-tree", "-z", "--full-tree", commit, "--", ...names]))
  return lines.flatMap((line): ReadonlyArray<AttributeFile> => {
    const [, kind, object = ""] = line.split(/[ \t]/, 3)
    return kind === "blob" ? [{ line, object }] : []
  })
})

/** Whether these attributes make git treat one of the paths as binary, or as text, whatever is in it. A driver's name does not: GitHub has none. */
export const decideByAttributes = Effect.fn("decideByAttributes")(function* (
  folder: string,
  files: ReadonlyArray<AttributeFile>,
  paths: ReadonlyArray<string>
) {
  if (files.length === 0) return false
  const variables = { GIT_INDEX_FILE: join(folder, "attributes.index") }
  const nul = (parts: ReadonlyArray<string>) => parts.map((part) => `${part}\0`).join("")
  yield* git(folder, ["update-index", "-z", "--index-info"], { input: nul(files.map(({ line }) => line)), variables })
  const said = yield* git(folder, ["check-attr", "-z", "--cached", "--stdin", "diff"], { input: nul(paths), variables })
  rmSync(variables.GIT_INDEX_FILE, { force: true })
  return partsOf(said).some((value, index) => index % 3 === 2 && (value === "set" || value === "unset"))
})
