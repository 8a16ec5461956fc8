/**
 * The git objects of a pull request's head, base and merge base commits: blobs by path and by hash. Contents that were not given are generated
 * deterministically, with the facts' line counts.
 */
import { createHash } from "node:crypto"
import { HashMap, Option } from "effect"
import { behaviours } from "../../behaviours.ts"
import type { FactFile } from "../facts/GitHubFacts.ts"
import { gitCommitAt } from "./gitHistory.ts"
import { contentIn, filesIn } from "./gitTree.ts"
import * as State from "./State.ts"

behaviours({
  what: "A last line that gains or loses its line break counts as changed.",
  sources: ["https://www.gnu.org/software/diffutils/manual/html_node/Incomplete-Lines.html"],
  test: "test/http/github/filesByGit.test.ts"
})

/** A deterministic commit hash derived from these parts. */
export const madeUpSha = (...parts: ReadonlyArray<string | number>): string => createHash("sha1").update(parts.join("\n")).digest("hex")

/** The hash of the default branch before its first known commit. */
export const rootSha = ({ id }: State.Repository): string => madeUpSha(id, "root")

/** The head and base commits of a pull request, and their merge base. */
export const endsOf = (repository: State.Repository, { number, git, pushes = 0 }: State.PullRequest) =>
  git === undefined
    ? {
        head: pushes === 0 ? madeUpSha(repository.id, number, "head") : madeUpSha(repository.id, number, "head", pushes),
        base: madeUpSha(repository.id, number, "base"),
        mergeBase: madeUpSha(repository.id, number, "merge base")
      }
    : { head: git.head.oid, base: git.base.oid, mergeBase: git.base.oid }

const isSubmodule = (content: State.Content): content is State.Submodule => typeof content === "object" && "submodule" in content

/** A submodule counts as the one line that a diff shows for it. */
const bytesOf = (content: State.Content): Buffer => {
  if (isSubmodule(content)) return Buffer.from(`Subproject commit ${content.submodule}\n`, "utf8")
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content.base64, "base64")
}

const linesOf = (content: State.Content | null): ReadonlyArray<string> => {
  if (content === null) return []
  const lines = bytesOf(content).toString("utf8").split("\n")
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines
}

/** Lines with their line ends: git treats a last line without a line end as a different line. */
const endedLinesOf = (content: State.Content | null): ReadonlyArray<string> =>
  content === null
    ? []
    : (bytesOf(content)
        .toString("utf8")
        .match(/[^\n]*\n|[^\n]+$/g) ?? [])

/** The number of lines of one text that the other lacks, counting duplicates. */
const countLacking = (lines: ReadonlyArray<string>, others: ReadonlyArray<string>): number => {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  }).length
}

/** Files with their contents. Files that are only in `contents` are added. */
export const withContents = (files: ReadonlyArray<FactFile>, contents: ReadonlyArray<State.FileContents>) => {
  const named = new Set(files.map(({ path }) => path))
  const more = contents.flatMap(({ path, base, head }): ReadonlyArray<FactFile> => {
    if (named.has(path)) return []
    if ([base, head].some((content) => content !== null && isBinary(blobOf(content)))) return [{ path, additions: null, deletions: null }]
    const [before, after] = [endedLinesOf(base), endedLinesOf(head)]
    return [{ path, additions: countLacking(after, before), deletions: countLacking(before, after) }]
  })
  return { files: [...files, ...more], contents }
}

/** Lines with numbers of their own, so that those of two files are not alike, by other names either. */
const madeUp = (path: string, side: string, lines: number | null): State.Content | null => {
  const step = 1 + createHash("sha1").update(path).digest().readUInt16BE()
  return lines === null || lines === 0 ? null : Array.from({ length: lines }, (_, line) => `${side} ${line * step} of ${path}\n`).join("")
}

/** Both sides of one of a pull request's files. */
export const contentsOf = (pullRequest: State.PullRequest, file: FactFile): State.FileContents =>
  pullRequest.contents?.find(({ path }) => path === file.path) ?? {
    path: file.path,
    base: (file.deletions ?? 1) === 0 ? null : (madeUp(file.path, "before", file.deletions) ?? ""),
    head: madeUp(file.path, "after", file.additions) ?? ""
  }

/** Both sides of a commit's files; undefined where only its counts are known. */
export const contentsOfCommit = (
  repository: State.Repository,
  { contents, files, lands, pullRequest }: State.Commit
): ReadonlyArray<State.FileContents> | undefined => {
  if (contents !== undefined) return contents
  const number = lands?.number ?? pullRequest
  const of = number === null ? undefined : Option.getOrUndefined(State.pullRequestOf(repository, number))
  if (of === undefined) return files.length === 0 ? [] : undefined
  const changed = (lands === undefined ? files : of.files).map((file) => contentsOf(of, file))
  return lands?.as === "Changed"
    ? changed.map((one) => ({ ...one, head: `${linesOf(one.head).join("\n")}\nchanged on the way\n` }))
    : changed
}

/** The same files with both sides exchanged, as in a revert. */
export const undone = (contents: ReadonlyArray<State.FileContents>): ReadonlyArray<State.FileContents> =>
  contents.map(({ base, head, path, previousPath }) => ({
    path: previousPath ?? path,
    ...(previousPath === undefined ? {} : { previousPath: path }),
    base: head,
    head: base
  }))

/** Lines of context around a hunk. */
const CONTEXT = 3

/** A patch in GitHub's format: one hunk from the first to the last changed line. Undefined for binary files, and without changed lines. */
export const patchOf = ({ base, head }: State.FileContents): string | undefined => {
  if ([base, head].some((content) => content !== null && isBinary(blobOf(content)))) return undefined
  const [before, after] = [linesOf(base), linesOf(head)]
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const [removed, added] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  if (removed.length + added.length === 0) return undefined
  const [above, below] = [before.slice(Math.max(0, start - CONTEXT), start), before.slice(before.length - end).slice(0, CONTEXT)]
  const range = (count: number) => `${start - above.length + 1},${above.length + count + below.length}`
  const signed = (sign: string, lines: ReadonlyArray<string>) => lines.map((line) => `${sign}${line}`)
  return [
    `@@ -${range(removed.length)} +${range(added.length)} @@`,
    ...signed(" ", above),
    ...signed("-", removed),
    ...signed("+", added),
    ...signed(" ", below)
  ].join("\n")
}

/** GitHub's status of a changed file. */
export const statusOf = ({ status, previousPath, base, head }: State.FileContents) =>
  status ?? (previousPath !== undefined ? "renamed" : base === null ? "added" : head === null ? "removed" : "modified")

export interface Blob {
  readonly oid: string
  readonly bytes: Buffer
}

/** A submodule's `oid` is its commit. */
const blobOf = (content: State.Content): Blob => {
  if (isSubmodule(content)) return { oid: content.submodule, bytes: bytesOf(content) }
  const bytes = bytesOf(content)
  return { oid: createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex"), bytes }
}

/** The blob hash of a changed file; for a removed file, of its old content. */
export const shaOf = ({ base, head }: State.FileContents): string => blobOf(head ?? base ?? "").oid

/** The content at a path of a commit on the default branch, from the commits' changes. Files that no commit changed are unknown. */
const onBranch = (repository: State.Repository, sha: string, path: string): State.Content | undefined => {
  const place = repository.commits.findIndex((one) => one.sha === sha)
  if (place < 0 && sha !== rootSha(repository)) return undefined
  const sides = repository.commits.map((commit) => {
    const all = contentsOfCommit(repository, commit) ?? []
    return { head: all.find((one) => one.path === path), base: all.find((one) => (one.previousPath ?? one.path) === path) }
  })
  const before = sides.slice(0, place + 1).findLast(({ base, head }) => base !== undefined || head !== undefined)
  if (before !== undefined) return before.head?.head ?? undefined
  return sides.slice(place + 1).find(({ base, head }) => base !== undefined || head !== undefined)?.base?.base ?? undefined
}

/** The content at a path of a commit: a pull request's head, base or merge base, or a git commit. */
const contentAt = (repository: State.Repository, sha: string, path: string): State.Content | undefined => {
  const inGit = sha === "HEAD" || sha === repository.defaultBranch ? repository.git : gitCommitAt(repository, sha)
  if (inGit !== undefined) return contentIn(inGit.tree, path)
  const pullRequest = Option.getOrUndefined(
    Option.flatMap(HashMap.get(repository.ends ?? HashMap.empty<string, number>(), sha), (number) =>
      State.pullRequestOf(repository, number)
    )
  )
  if (pullRequest === undefined) return onBranch(repository, sha, path)
  const isHead = sha === endsOf(repository, pullRequest).head
  const contents = pullRequest.files.map((file) => contentsOf(pullRequest, file))
  const found = contents.find((one) => (isHead ? one.path : (one.previousPath ?? one.path)) === path)
  return (isHead ? found?.head : found?.base) ?? undefined
}

/** The blob at `commit:path`. */
export const blobAt = (repository: State.Repository, expression: string): Blob | undefined => {
  const colon = expression.indexOf(":")
  const content = contentAt(repository, expression.slice(0, colon), expression.slice(colon + 1))
  return content === undefined || isSubmodule(content) ? undefined : blobOf(content)
}

export const blobByOid = (repository: State.Repository, oid: string): Blob | undefined => {
  for (const item of HashMap.values(repository.items)) {
    if (item._tag !== "PullRequest") continue
    for (const file of item.files) {
      const { base, head } = contentsOf(item, file)
      for (const content of [base, head]) {
        const blob = content === null || isSubmodule(content) ? undefined : blobOf(content)
        if (blob?.oid === oid) return blob
      }
    }
  }
  return undefined
}

/** The entry at a path of a tree. `at`: the commit of another repository for a submodule. */
export type Entry = { readonly _tag: "File"; readonly blob: Blob } | { readonly _tag: "Submodule"; readonly at: State.Submodule }

const entryOf = (content: State.Content): Entry =>
  isSubmodule(content) ? { _tag: "Submodule", at: content } : { _tag: "File", blob: blobOf(content) }

/** The entry at a path of a commit; undefined: unknown. */
export const entryAt = (repository: State.Repository, sha: string, path: string): Entry | undefined => {
  const content = contentAt(repository, sha, path)
  return content === undefined ? undefined : entryOf(content)
}

/**
 * All entries at a branch or commit, by path. Without git objects: what merged pull requests left on the default branch, plus the changes of the pull
 * request whose head is requested; files that no pull request touched are missing. Undefined: no such branch or commit.
 */
export const treeAt = (repository: State.Repository, ref: string): ReadonlyMap<string, Entry> | undefined => {
  const pullRequests = [...HashMap.values(repository.items)].flatMap((item) => (item._tag === "PullRequest" ? [item] : []))
  const landed = pullRequests
    .flatMap((item) => (item.mergedAt === null || item.baseBranch !== repository.defaultBranch ? [] : [{ item, at: item.mergedAt }]))
    .toSorted((a, b) => a.at - b.at || a.item.number - b.item.number)
    .map(({ item }) => item)
  const head = pullRequests.find((item) => item.headBranch === ref || endsOf(repository, item).head === ref)
  const isDefault = ref === repository.defaultBranch || repository.commits.at(-1)?.sha === ref
  if (!isDefault && head === undefined) return undefined
  const inGit = isDefault ? repository.git : head?.git?.head
  if (inGit !== undefined) return new Map(filesIn(inGit.tree).map(([path, content]) => [path, entryOf(content)]))
  const tree = new Map<string, Entry>()
  for (const item of isDefault || head === undefined ? landed : [...landed, head]) {
    for (const { path, previousPath, head: content } of item.files.map((file) => contentsOf(item, file))) {
      tree.delete(previousPath ?? path)
      if (content !== null) tree.set(path, entryOf(content))
    }
  }
  return tree
}

/** Like git, GitHub treats a blob as binary if it has a NUL byte near its beginning. */
export const isBinary = ({ bytes }: Blob): boolean => bytes.subarray(0, 8_000).includes(0)
