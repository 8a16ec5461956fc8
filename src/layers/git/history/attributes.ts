/** Finds out whether a repository's `.gitattributes` decide how its files are compared. */
import { rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { partsOf, type RawChange, rawChanges } from "../changedFiles.ts"
import { git } from "../git.ts"
import { SUBMODULE } from "../listTree.ts"
import { EMPTY_TREE, treeDiffs } from "./trees.ts"

const FILE = ".gitattributes"

/** The most bytes of names from one comparison on a git command line. */
const MOST_NAMED = 262_144

/** The most names from several comparisons on a git command line. */
const MOST_NAMES = 200

/** A `.gitattributes` file, as a line of git's index. */
export interface AttributeFile {
  readonly line: string
  readonly object: string
}

/** A path's parent folders, root first. */
const above = (path: string): ReadonlyArray<string> => {
  const folder = dirname(path)
  return folder === "." ? [""] : [...above(folder), `${folder}/`]
}

/** Changed paths, and the trees whose attributes may apply to them. */
export interface Concerned {
  readonly trees: ReadonlyArray<string>
  readonly paths: ReadonlyArray<string>
}

/** Whether git would normalise the name to another one. */
const isOdd = (name: string): boolean => name.split("/").some((part) => part === "" || part === "." || part === "..")

const attributeFile = ({ head: { mode, object }, path }: RawChange): ReadonlyArray<AttributeFile> =>
  mode === SUBMODULE ? [] : [{ line: `${mode} ${object}\t${path}`, object }]

/** Groups comparisons whose names fit on one command line. Leaves out a comparison with too many names or an odd one. */
const partsOfAsked = (all: ReadonlyArray<Concerned>) => {
  const parts: Array<{ readonly names: Set<string>; readonly own: Array<readonly [index: number, names: ReadonlySet<string>]> }> = []
  all.forEach(({ paths }, index) => {
    const names = new Set(paths.flatMap(above).map((one) => `${one}${FILE}`))
    if ([...names].some(isOdd) || [...names].reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0) > MOST_NAMED) return
    const last = parts.at(-1)
    const part = last !== undefined && new Set([...last.names, ...names]).size <= MOST_NAMES ? last : { names: new Set<string>(), own: [] }
    if (part !== last) parts.push(part)
    for (const name of names) part.names.add(name)
    part.own.push([index, names])
  })
  return parts
}

/**
 * The `.gitattributes` files that apply to each comparison, tree by tree. Null: git cannot take the comparison's names, or does not list its trees.
 */
export const attributeFiles = Effect.fn("attributeFiles")(function* (folder: string, all: ReadonlyArray<Concerned>) {
  const found: Array<ReadonlyArray<ReadonlyArray<AttributeFile>> | null> = all.map(() => null)
  for (const { names, own } of partsOfAsked(all)) {
    const trees = [...new Set(own.flatMap(([index]) => all[index]?.trees ?? []))]
    const pairs = trees.map((to) => ({ from: EMPTY_TREE, to }))
    const lists = yield* treeDiffs(folder, pairs, ["--raw", "--no-abbrev"], [...names])
    const files = new Map(lists.flatMap((list, index) => (list === null ? [] : [[trees[index], rawChanges(list)]])))
    for (const [index, wanted] of own) {
      const each = (all[index]?.trees ?? []).flatMap((tree) => {
        const listed = files.get(tree)
        return listed === undefined ? [] : [listed.flatMap((file) => (wanted.has(file.path) ? attributeFile(file) : []))]
      })
      found[index] = each.length === all[index]?.trees.length ? each : null
    }
  }
  return found
})

/** The attributes that these `.gitattributes` files give to paths: `set`, `unset`, `unspecified`, or a value. The files' objects must be in the clone. */
export const attributesOf = Effect.fn("attributesOf")(function* (
  folder: string,
  files: ReadonlyArray<AttributeFile>,
  paths: ReadonlyArray<string>,
  names: ReadonlyArray<string>
) {
  const variables = { GIT_INDEX_FILE: join(folder, "attributes.index") }
  const nul = (parts: ReadonlyArray<string>) => parts.map((part) => `${part}\0`).join("")
  yield* git(folder, ["update-index", "-z", "--index-info"], { input: nul(files.map(({ line }) => line)), variables })
  const said = partsOf(yield* git(folder, ["check-attr", "-z", "--cached", "--stdin", ...names], { input: nul(paths), variables }))
  rmSync(variables.GIT_INDEX_FILE, { force: true })
  return said.flatMap((path, index) => (index % 3 === 0 ? [{ path, name: said[index + 1] ?? "", value: said[index + 2] ?? "" }] : []))
})

/** The paths that these attributes declare binary or text, whatever they contain. The name of a diff driver declares neither: GitHub has no drivers. */
const decidedBy = (folder: string, files: ReadonlyArray<AttributeFile>, paths: ReadonlyArray<string>) =>
  Effect.map(attributesOf(folder, files, paths, ["diff"]), (said) =>
    said.flatMap(({ path, value }) => (/^(?:un)?set$/.test(value) ? [path] : []))
  )

/** Whether attributes declare one of a comparison's paths binary or text, for each comparison. git is asked about equal attributes once. */
export const decideByAttributes = Effect.fn("decideByAttributes")(function* (
  folder: string,
  all: ReadonlyArray<{ readonly files: ReadonlyArray<ReadonlyArray<AttributeFile>>; readonly paths: ReadonlyArray<string> }>
) {
  const keyOf = (files: ReadonlyArray<AttributeFile>) => files.map(({ line }) => line).join("\0")
  const tried = new Map<string, { readonly files: ReadonlyArray<AttributeFile>; readonly paths: Set<string> }>()
  for (const { files, paths } of all)
    for (const one of files) {
      if (one.length === 0) continue
      const before = tried.get(keyOf(one)) ?? { files: one, paths: new Set() }
      tried.set(keyOf(one), { ...before, paths: new Set([...before.paths, ...paths]) })
    }
  const decided = new Map<string, ReadonlySet<string>>()
  for (const [key, { files, paths }] of tried) decided.set(key, new Set(yield* decidedBy(folder, files, [...paths])))
  return all.map(({ files, paths }) => files.some((one) => paths.some((path) => decided.get(keyOf(one))?.has(path) === true)))
})
