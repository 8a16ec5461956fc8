/**
 * Compares many pairs of trees in one git process, because to start git takes longer than to compare two trees.
 * https://git-scm.com/docs/git-diff-tree describes the formats of `--stdin` and `-z`.
 */
import { Effect } from "effect"
import { MOST_COMPARED } from "../../../rules/contributions/fromGitHub/comparedFiles.ts"
import { partsOf } from "../changedFiles.ts"
import { type GitFailed, git, gitText } from "../git.ts"

export interface TreePair {
  readonly from: string
  readonly to: string
}

/** The hash of the empty tree, which git knows in every repository. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

export const FLAGS = ["-r", "--no-ext-diff", "--no-textconv", "--no-color"] as const

/** The most output bytes of one process. */
const MOST_LISTED = 8 << 20
/** The most parts of one list: a file has at most three. */
const MOST_PARTS = 3 * MOST_COMPARED

/** The trees of the commits that exist. */
export const treesOf = Effect.fn("treesOf")(function* (folder: string, commits: ReadonlyArray<string>) {
  const once = [...new Set(commits)]
  if (once.length === 0) return new Map<string, string>()
  const input = once.map((commit) => `${commit}^{tree}\n`).join("")
  const trees = (yield* gitText(folder, ["cat-file", "--batch-check=%(objectname)"], { input })).split("\n")
  return new Map(
    once.flatMap((commit, index) => {
      const tree = trees[index] ?? ""
      return /^[0-9a-f]+$/.test(tree) ? [[commit, tree] as const] : []
    })
  )
})

const keyOf = ({ from, to }: TreePair) => `${from} ${to}`

/** The header line of a pair. */
const HEADER = /^([0-9a-f]{40,64} [0-9a-f]{40,64})\n/

/** An entry's number of parts, by its first one. A rename or copy has two paths. */
const lengthOf = (first: string): number => {
  if (first.startsWith(":")) return /^:\S+ \S+ \S+ \S+ [RC]/.test(first) ? 3 : 2
  return /^[\d-]+\t[\d-]+\t$/.test(first) ? 3 : 1
}

const sectionsOf = (parts: ReadonlyArray<string>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const sections = new Map<string, Array<string>>()
  let own: Array<string> = []
  for (let index = 0; index < parts.length; ) {
    let first = parts[index] ?? ""
    for (let header = HEADER.exec(first); header !== null; header = HEADER.exec(first)) {
      own = []
      sections.set(header[1] ?? "", own)
      first = first.slice(header[0].length)
    }
    if (first === "") break
    const length = lengthOf(first)
    own.push(first, ...parts.slice(index + 1, index + length))
    index += length
  }
  return sections
}

/**
 * The output of `git diff-tree -z` for each pair with these flags, split at NUL. The flags contain `--raw` or `--numstat`. `paths` restricts the
 * lists, unless it is empty. Null: a tree is missing, or the list is too long.
 */
export const treeDiffs = (
  folder: string,
  pairs: ReadonlyArray<TreePair>,
  flags: ReadonlyArray<string>,
  paths: ReadonlyArray<string> = []
): Effect.Effect<ReadonlyArray<ReadonlyArray<string> | null>, GitFailed> =>
  Effect.gen(function* () {
    const once = [...new Set(pairs.map(keyOf))]
    if (once.length === 0) return []
    const output = yield* git(folder, ["diff-tree", "--stdin", ...FLAGS, ...flags, "-z", ...(paths.length === 0 ? [] : ["--", ...paths])], {
      input: once.map((key) => `${key}\n`).join(""),
      variables: { GIT_LITERAL_PATHSPECS: "1" },
      most: MOST_LISTED
    })
    const sections = sectionsOf(partsOf(Buffer.concat([output, Buffer.of(0)])))
    return pairs.map((pair) => {
      const found = sections.get(keyOf(pair))
      return found === undefined || found.length > MOST_PARTS ? null : found
    })
  }).pipe(
    Effect.catchIf(
      (failed) => failed._tag === "GitRefused" && failed.isBeyondLimit,
      () => {
        if (pairs.length < 2) return Effect.succeed([null])
        const middle = Math.ceil(pairs.length / 2)
        const halves = [pairs.slice(0, middle), pairs.slice(middle)]
        return Effect.map(
          Effect.forEach(halves, (half) => treeDiffs(folder, half, flags, paths)),
          (lists) => lists.flat()
        )
      }
    )
  )
