/** Trees as git objects. A changed tree shares the unchanged parts with its predecessor, so that a commit costs only its changes. */
import { createHash } from "node:crypto"
import type * as State from "./State.ts"

type Folder = State.GitFolder
type Entry = State.GitEntry
type GitObject = State.GitObject

export const oidOf = (type: GitObject["type"], bytes: Buffer): string =>
  createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest("hex")

const bytesOfFolder = (entries: ReadonlyArray<Entry>): Buffer => Buffer.from(entries.map(({ line }) => line).join(""), "latin1")

const bytesOfContent = (content: Exclude<State.Content, State.Submodule>): Buffer =>
  typeof content === "string" ? Buffer.from(content) : Buffer.from(content.base64, "base64")

const isSubmodule = (content: State.Content): content is State.Submodule => typeof content === "object" && "submodule" in content

const entry = (mode: string, name: string, oid: string, is: Entry["is"]): Entry => ({
  mode,
  name,
  oid,
  line: Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]).toString("latin1"),
  is
})

const entryOf = (name: string, content: State.Content): Entry => {
  const is = { _tag: "File", content } as const
  if (isSubmodule(content)) return entry("160000", name, content.submodule, is)
  const bytes = bytesOfContent(content)
  return entry(bytes.subarray(0, 2).toString() === "#!" ? "100755" : "100644", name, oidOf("blob", bytes), is)
}

const folderOf = (entries: ReadonlyArray<Entry>): Folder => ({ oid: oidOf("tree", bytesOfFolder(entries)), entries })

/** The tree without entries. */
export const emptyTree: Folder = folderOf([])

/** Git sorts a folder as if its name ended with a slash. */
const sortName = ({ mode, name }: Pick<Entry, "mode" | "name">): Buffer => Buffer.from(mode === "40000" ? `${name}/` : name)

const byName = (one: Entry, other: Entry): number => Buffer.compare(sortName(one), sortName(other))

/** A path's first folder, and the rest. For a path without a folder, the rest is the file's name. */
const split = (path: string): readonly [folder: string | undefined, rest: string] => {
  const slash = path.indexOf("/")
  return slash <= 0 ? [undefined, path] : [path.slice(0, slash), path.slice(slash + 1)]
}

/** New content by path; null removes the file. */
type Changes = ReadonlyMap<string, State.Content | null>

/** A tree with changes. Empty folders are removed. */
export const withChanges = (tree: Folder, changes: Changes): Folder => {
  if (changes.size === 0) return tree
  const [files, folders]: readonly [Map<string, State.Content | null>, Map<string, Map<string, State.Content | null>>] = [
    new Map(),
    new Map()
  ]
  for (const [path, content] of changes) {
    const [folder, rest] = split(path)
    if (folder === undefined) files.set(rest, content)
    else folders.set(folder, (folders.get(folder) ?? new Map()).set(rest, content))
  }
  const touched = new Set([...files.keys(), ...folders.keys()])
  const gained: Array<Entry> = []
  const before = new Map(tree.entries.flatMap((one) => (touched.has(one.name) ? [[one.name, one]] : [])))
  for (const name of touched) {
    const is = before.get(name)?.is
    const content = files.get(name)
    const inside = withChanges(is?._tag === "Folder" ? is.folder : emptyTree, folders.get(name) ?? new Map())
    if (inside.entries.length > 0) gained.push(entry("40000", name, inside.oid, { _tag: "Folder", folder: inside }))
    else if (content !== undefined && content !== null) gained.push(entryOf(name, content))
    else if (content === undefined && is?._tag === "File") gained.push(entryOf(name, is.content))
  }
  const kept = tree.entries.filter(({ name }) => !touched.has(name))
  return folderOf([...kept, ...gained].toSorted(byName))
}

/** A tree with these files, by path. */
export const treeOf = (files: Readonly<Record<string, State.Content>>): Folder => withChanges(emptyTree, new Map(Object.entries(files)))

export const contentIn = (tree: Folder, path: string): State.Content | undefined => {
  const [folder, rest] = split(path)
  const is = tree.entries.find(({ name }) => name === (folder ?? rest))?.is
  if (is?._tag === "Folder") return folder === undefined ? undefined : contentIn(is.folder, rest)
  return folder === undefined ? is?.content : undefined
}

/** All files of a tree, by path. */
export const filesIn = (tree: Folder, prefix = ""): ReadonlyArray<readonly [path: string, content: State.Content]> =>
  tree.entries.flatMap(({ name, is }) =>
    is._tag === "Folder" ? filesIn(is.folder, `${prefix}${name}/`) : [[prefix + name, is.content] as const]
  )

/** The objects of a tree that the receiver lacks. A receiver that has a tree object has everything in it. */
export function* objectsIn(tree: Folder, isThere: (oid: string) => boolean): Generator<GitObject> {
  if (isThere(tree.oid)) return
  for (const { oid, is } of tree.entries)
    if (is._tag === "Folder") yield* objectsIn(is.folder, isThere)
    else if (!isSubmodule(is.content) && !isThere(oid)) yield { oid, type: "blob", bytes: bytesOfContent(is.content) }
  yield { oid: tree.oid, type: "tree", bytes: bytesOfFolder(tree.entries) }
}
