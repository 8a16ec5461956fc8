/** Lists a commit's tree within limits before any of it is read or written: a few kilobytes of objects can name millions of files and gigabytes. */
import { Effect } from "effect"
import { GitRefused, git } from "./git.ts"

export interface TreeEntry {
  readonly path: string
  /** Six octal digits, as git writes them. */
  readonly mode: string
  readonly object: string
  /** In bytes; 0 for a submodule. */
  readonly size: number
}

export const LINK = "120000"
export const SUBMODULE = "160000"

/** A tree's limits: the number of paths, the bytes of all files together, and the bytes of one path. */
const TREE_LIMITS = { paths: 200_000, bytes: 1_073_741_824, path: 4_096 } as const

/** The most bytes of a listing: the most paths, of usual length. */
const MOST_LISTED = 64 << 20

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

const refused = (why: string) => new GitRefused({ operation: "ls-tree", why, isBeyondLimit: true })

/** A commit's tree entries, by path. Fails for a tree beyond the limits. */
export const listTree = Effect.fn("listTree")(function* (folder: string, commit: string) {
  const output = yield* git(folder, ["ls-tree", "-r", "-z", "-l", "--full-tree", "--end-of-options", commit], { most: MOST_LISTED })
  const records = decoder.decode(output).split("\0").slice(0, -1)
  if (records.length > TREE_LIMITS.paths) return yield* refused(`the tree has ${records.length} files, more than ${TREE_LIMITS.paths}`)
  const entries = records.map((record): TreeEntry => {
    const tab = record.indexOf("\t")
    const [mode = "", , object = "", size = ""] = record.slice(0, tab).split(/ +/)
    return { path: record.slice(tab + 1), mode, object, size: Number(size) || 0 }
  })
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  if (bytes > TREE_LIMITS.bytes) return yield* refused(`the files of the tree have ${bytes} bytes, more than ${TREE_LIMITS.bytes}`)
  const long = entries.find(({ path }) => Buffer.byteLength(path) > TREE_LIMITS.path)
  if (long !== undefined) return yield* refused(`a path of the tree is longer than ${TREE_LIMITS.path} bytes: ${long.path.slice(0, 60)}…`)
  return entries
})
