/** Reads the diffs of commits. */
import { Effect } from "effect"
import { type RawChange, rawChanges } from "../changedFiles.ts"
import { type GitFailed, git, gitText } from "../git.ts"
import { SUBMODULE } from "../listTree.ts"
import { fetchObjects } from "./clone.ts"
import type { RecordedChange, RecordedFile } from "./historyTask.ts"
import { filesOfPatch } from "./patches.ts"
import { type Budget, isCommit, parentOf } from "./queries.ts"
import { EMPTY_TREE, FLAGS } from "./trees.ts"

/** Limits of one diff. A larger one is not made. */
const MOST_FILES = 3_000
const MOST_PATCH = 8 << 20
const MOST_LISTED = 8 << 20

/** git's mode of a missing side. */
export const NO_MODE = "000000"

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

export const RENAMES = ["--find-renames", "-l400"] as const

/** Null where the output is too large. */
export const tooLarge = <A>(asked: Effect.Effect<A, GitFailed>) =>
  Effect.catchIf(
    asked,
    (failed) => failed._tag === "GitRefused" && failed.isBeyondLimit,
    () => Effect.succeed(null)
  )

/** The files that differ between two trees, by path; only of these paths, if some are given. */
export const listedFiles = (
  folder: string,
  { from, to }: { readonly from: string; readonly to: string },
  flags: ReadonlyArray<string>,
  paths: ReadonlyArray<string> = [],
  most = MOST_LISTED
) =>
  Effect.map(
    git(folder, ["diff-tree", ...FLAGS, ...flags, "--raw", "--no-abbrev", "-z", from, to, "--", ...paths], {
      most,
      variables: { GIT_LITERAL_PATHSPECS: "1" }
    }),
    (output) => rawChanges(decoder.decode(output).split("\0").slice(0, -1))
  )

/** Two trees, and the files that differ. */
export interface ComparedTrees {
  readonly from: string
  readonly to: string
  readonly files: ReadonlyArray<RawChange>
}

/** Null where too many files differ. */
const compareTrees = (folder: string, from: string, to: string) =>
  Effect.map(tooLarge(listedFiles(folder, { from, to }, ["--no-renames"])), (files): ComparedTrees | null =>
    files === null || files.length > MOST_FILES ? null : { from, to, files }
  )

const compareAgainst = Effect.fn("against")(function* (folder: string, commit: string, since: string | undefined) {
  for (const one of [commit, since]) if (one !== undefined && !(yield* isCommit(folder, one))) return null
  return yield* compareTrees(folder, since ?? (yield* parentOf(folder, commit)) ?? EMPTY_TREE, commit)
})

/** The blobs of these files. */
export const contentsOf = (all: ReadonlyArray<ComparedTrees | null>): ReadonlyArray<string> => {
  const sides = all.flatMap((one) => one?.files ?? []).flatMap(({ base, head }) => [base, head])
  return [...new Set(sides.flatMap(({ mode, object }) => (mode === NO_MODE || mode === SUBMODULE ? [] : [object])))]
}

const patchOf = (folder: string, from: string, to: string) =>
  git(folder, ["diff-tree", ...FLAGS, ...RENAMES, "-p", "--full-index", "--src-prefix=a/", "--dst-prefix=b/", from, to], {
    most: MOST_PATCH
  })

const patchIdOf = (folder: string, patch: Uint8Array): Effect.Effect<string | null, GitFailed> =>
  Effect.map(gitText(folder, ["patch-id", "--stable"], { input: Uint8Array.from(patch) }), (text) => text.split(" ")[0] || null)

/** Whether git shows a change of type (file to link, or back) as two files. */
const isTwice = ({ base, head }: RawChange): boolean =>
  base.mode !== NO_MODE && head.mode !== NO_MODE && base.mode.slice(0, 2) !== head.mode.slice(0, 2)

const filesIn = (files: ReadonlyArray<RawChange>, patch: Uint8Array): ReadonlyArray<RecordedFile> => {
  const parts = filesOfPatch(decoder.decode(patch))
  let at = 0
  return files.map((file) => {
    const own = parts.slice(at, at + (isTwice(file) ? 2 : 1))
    at += own.length
    const { base, head, path, previousPath } = file
    return {
      before: base.mode === NO_MODE ? null : (previousPath ?? path),
      after: head.mode === NO_MODE ? null : path,
      lines: own.includes(null) ? null : own.flatMap((lines) => lines ?? [])
    }
  })
}

const changeIn = Effect.fn("changeIn")(function* (folder: string, { from, to }: ComparedTrees, budget: Budget) {
  const patch = yield* tooLarge(patchOf(folder, from, to))
  if (patch === null) return null
  const files = yield* listedFiles(folder, { from, to }, RENAMES)
  const change: RecordedChange = { patchId: yield* patchIdOf(folder, patch), files: filesIn(files, patch) }
  return budget.take(change) ? change : null
})

/** The diffs of commits. Fetches missing blobs together. */
export const changesOf = Effect.fn("changesOf")(function* (
  folder: string,
  url: string,
  asked: ReadonlyArray<{ readonly commit: string; readonly since?: string | undefined }>,
  budget: Budget
) {
  const all = yield* Effect.forEach(asked, ({ commit, since }) => compareAgainst(folder, commit, since))
  yield* fetchObjects(folder, url, contentsOf(all))
  return yield* Effect.forEach(all, (one) => (one === null ? Effect.succeed(null) : changeIn(folder, one, budget)))
})
