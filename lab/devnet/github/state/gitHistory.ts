/** Commits as git objects, for repositories whose files are known: git can fetch them, and their hashes are git's. */
import { HashMap } from "effect"
import { contentIn, emptyTree, filesIn, objectsIn, oidOf, withChanges } from "./gitTree.ts"
import type * as State from "./State.ts"

type GitCommit = State.GitCommit
type Tree = GitCommit["tree"]

/** Makes a commit. Equal commits have equal hashes. */
export const commitOf = (commit: {
  readonly tree: Tree
  readonly parents: ReadonlyArray<GitCommit>
  readonly message: string
  readonly author: State.Account
  /** Milliseconds since 1970. */
  readonly at: number
  /** The author's timestamp, if it differs. */
  readonly authoredAt?: number | undefined
}): GitCommit => {
  const { id, login } = commit.author
  const person = (at: number) => `${login} <${id}+${login}@users.noreply.github.com> ${Math.floor(at / 1000)} +0000`
  const lines = [
    `tree ${commit.tree.oid}`,
    ...commit.parents.map(({ oid }) => `parent ${oid}`),
    `author ${person(commit.authoredAt ?? commit.at)}`,
    `committer ${person(commit.at)}`,
    "",
    `${commit.message}\n`
  ]
  const text = lines.join("\n")
  return { oid: oidOf("commit", Buffer.from(text)), text, tree: commit.tree, parents: commit.parents }
}

/** The objects of a commit that the receiver lacks. */
export function* objectsOf({ oid, text, tree }: GitCommit, isThere: (oid: string) => boolean): Generator<State.GitObject> {
  yield* objectsIn(tree, isThere)
  if (!isThere(oid)) yield { oid, type: "commit", bytes: Buffer.from(text) }
}

/** A git commit of the default branch or of a pull request. */
export const gitCommitAt = (repository: State.Repository, oid: string): GitCommit | undefined => {
  const heads = [...HashMap.values(repository.items)].flatMap((item) => (item._tag === "PullRequest" ? (item.git?.head ?? []) : []))
  const reached = new Set(repository.git === undefined ? heads : [repository.git, ...heads])
  for (const commit of reached) {
    if (commit.oid === oid) return commit
    for (const parent of commit.parents) reached.add(parent)
  }
  return undefined
}

/** The tree of HEAD, of the default branch, or of a commit. Undefined: git has no such tree, as for a branch without known files. */
export const rootAt = (repository: State.Repository, revision: string): Tree | undefined =>
  revision === "HEAD" || revision === repository.defaultBranch
    ? (repository.git?.tree ?? emptyTree)
    : gitCommitAt(repository, revision)?.tree

/** The diff between two trees. */
export const diffBetween = (from: Tree, to: Tree): ReadonlyArray<State.FileContents> => {
  const [before, after] = [new Map(filesIn(from)), new Map(filesIn(to))]
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((path) => {
    const [base, head] = [before.get(path) ?? null, after.get(path) ?? null]
    return JSON.stringify(base) === JSON.stringify(head) ? [] : [{ path, base, head }]
  })
}

/** A tree with a pull request's changes. */
export const changedTree = (tree: Tree, files: ReadonlyArray<State.FileContents>): Tree => {
  const changes = new Map<string, State.Content | null>()
  for (const { path, previousPath, status, head } of files) {
    if (status !== "copied") changes.set(previousPath ?? path, null)
    if (head !== null) changes.set(path, head)
  }
  return withChanges(tree, changes)
}

/** The first file whose base side differs from the tree. */
export const mistaken = (tree: Tree, files: ReadonlyArray<State.FileContents>): string | undefined =>
  files.find(({ path, previousPath, base }) => JSON.stringify(contentIn(tree, previousPath ?? path) ?? null) !== JSON.stringify(base))?.path
