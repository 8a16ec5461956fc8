/** Commits as git stores them, for repositories whose files are known: they can be fetched, and their hashes are git's. */
import { createHash } from "node:crypto"
import { HashMap } from "effect"
import type * as State from "./State.ts"

type GitObject = State.GitObject
type GitCommit = State.GitCommit
type Tree = GitCommit["tree"]

const objectOf = (type: GitObject["type"], bytes: Buffer): GitObject => ({
  type,
  bytes,
  oid: createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest("hex")
})

const isSubmodule = (content: State.Content): content is State.Submodule => typeof content === "object" && "submodule" in content

interface Entry {
  readonly mode: string
  readonly name: string
  readonly oid: string
}

/** Git sorts a folder as if its name ended with a slash. */
const sortName = ({ mode, name }: Entry): Buffer => Buffer.from(mode === "40000" ? `${name}/` : name)

/** The tree of a folder with everything in it; the last object is the folder's own. */
const treeObjects = (files: ReadonlyArray<readonly [path: string, content: State.Content]>): ReadonlyArray<GitObject> => {
  const objects: Array<GitObject> = []
  const entries: Array<Entry> = []
  const folders = new Map<string, Array<readonly [path: string, content: State.Content]>>()
  for (const file of files) {
    const folder = file[0].slice(0, Math.max(0, file[0].indexOf("/")))
    const inside = folders.get(folder)
    if (inside === undefined) folders.set(folder, [file])
    else inside.push(file)
  }
  for (const [folder, inside] of folders) {
    if (folder !== "") {
      const below = treeObjects(inside.map(([path, content]) => [path.slice(folder.length + 1), content]))
      objects.push(...below)
      entries.push({ mode: "40000", name: folder, oid: below.at(-1)?.oid ?? "" })
      continue
    }
    for (const [name, content] of inside) {
      if (isSubmodule(content)) {
        entries.push({ mode: "160000", name, oid: content.submodule })
        continue
      }
      const blob = objectOf("blob", typeof content === "string" ? Buffer.from(content) : Buffer.from(content.base64, "base64"))
      objects.push(blob)
      entries.push({ mode: blob.bytes.subarray(0, 2).toString() === "#!" ? "100755" : "100644", name, oid: blob.oid })
    }
  }
  const sorted = entries.toSorted((one, other) => Buffer.compare(sortName(one), sortName(other)))
  const parts = sorted.map(({ mode, name, oid }) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]))
  return [...objects, objectOf("tree", Buffer.concat(parts))]
}

/** Makes a commit. Equal commits have equal hashes. */
export const commitOf = (commit: {
  readonly tree: Tree
  readonly parents: ReadonlyArray<GitCommit>
  readonly message: string
  readonly author: State.Account
  /** Milliseconds since 1970. */
  readonly at: number
  /** By its author's clock, if that is another time. */
  readonly authoredAt?: number | undefined
}): GitCommit => {
  const objects = treeObjects([...commit.tree])
  const { id, login } = commit.author
  const person = (at: number) => `${login} <${id}+${login}@users.noreply.github.com> ${Math.floor(at / 1000)} +0000`
  const lines = [
    `tree ${objects.at(-1)?.oid}`,
    ...commit.parents.map(({ oid }) => `parent ${oid}`),
    `author ${person(commit.authoredAt ?? commit.at)}`,
    `committer ${person(commit.at)}`,
    "",
    `${commit.message}\n`
  ]
  const own = objectOf("commit", Buffer.from(lines.join("\n")))
  return { oid: own.oid, tree: commit.tree, objects: [...objects, own], parents: commit.parents }
}

/** A commit of git that the branch or a pull request has. */
export const gitCommitAt = (repository: State.Repository, oid: string): GitCommit | undefined => {
  const heads = [...HashMap.values(repository.items)].flatMap((item) => (item._tag === "PullRequest" ? (item.git?.head ?? []) : []))
  const reached = new Set(repository.git === undefined ? heads : [repository.git, ...heads])
  for (const commit of reached) {
    if (commit.oid === oid) return commit
    for (const parent of commit.parents) reached.add(parent)
  }
  return undefined
}

/** A commit's tree, as git stores it. */
export interface Root {
  readonly oid: string
  readonly entries: ReadonlyArray<Entry>
}

const OID = 20

/** The entries of a tree object: each is its mode, a space, its name, a zero and its hash. */
const entriesIn = (bytes: Buffer): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = []
  for (let from = 0; from < bytes.length; ) {
    const [space, zero] = [bytes.indexOf(" ", from), bytes.indexOf(0, from)]
    const [mode, name] = [bytes.toString("latin1", from, space), bytes.toString("utf8", space + 1, zero)]
    from = zero + 1 + OID
    entries.push({ mode, name, oid: bytes.toString("hex", zero + 1, from) })
  }
  return entries
}

/** The tree of HEAD, of the default branch, or of a commit; undefined: it is not known in git. */
export const rootAt = (repository: State.Repository, revision: string): Root | undefined => {
  const commit = revision === "HEAD" || revision === repository.defaultBranch ? repository.git : gitCommitAt(repository, revision)
  const root = commit?.objects.findLast(({ type }) => type === "tree")
  return root === undefined ? undefined : { oid: root.oid, entries: entriesIn(root.bytes) }
}

/** What one tree has changed since another one. */
export const between = (from: Tree, to: Tree): ReadonlyArray<State.FileContents> =>
  [...new Set([...from.keys(), ...to.keys()])].toSorted().flatMap((path) => {
    const [base, head] = [from.get(path) ?? null, to.get(path) ?? null]
    return JSON.stringify(base) === JSON.stringify(head) ? [] : [{ path, base, head }]
  })

/** A tree with a pull request's changes. */
export const changed = (tree: Tree, files: ReadonlyArray<State.FileContents>): Tree => {
  const next = new Map(tree)
  for (const { path, previousPath, status, head } of files) {
    if (status !== "copied") next.delete(previousPath ?? path)
    if (head !== null) next.set(path, head)
  }
  return next
}

/** The first file whose base side is not what the tree has. */
export const mistaken = (tree: Tree, files: ReadonlyArray<State.FileContents>): string | undefined =>
  files.find(({ path, previousPath, base }) => JSON.stringify(tree.get(previousPath ?? path) ?? null) !== JSON.stringify(base))?.path
