/** Reads the diff of two commits, and the texts of one commit: git objects, never files of a working tree. */
import { Effect } from "effect"
import { contentOf, type FileContent, type GateFile } from "../../domain/quality/GateFile.ts"
import { git } from "./git.ts"
import { LINK, listTree, SUBMODULE } from "./listTree.ts"

/** Larger files are not read. */
export const MAXIMUM_BYTES = 1_000_000
/** The most bytes of all files that are read at once. */
const MAXIMUM_TOGETHER = 64 << 20
/** The most bytes of a base commit's sources. */
const MAXIMUM_SOURCES = 32 << 20

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
/** Splits git output at NUL bytes. */
export const partsOf = (output: Uint8Array): ReadonlyArray<string> => decoder.decode(output).split("\0").slice(0, -1)

export interface Side {
  readonly mode: string
  readonly object: string
}

export interface RawChange {
  readonly path: string
  readonly previousPath: string | undefined
  readonly status: string
  readonly base: Side
  readonly head: Side
}

const STATUS: Readonly<Record<string, string>> = { A: "added", D: "removed", M: "modified", T: "changed", R: "renamed", C: "copied" }

/** The records of `git diff --raw -z`. */
export const rawChanges = (parts: ReadonlyArray<string>): ReadonlyArray<RawChange> => {
  const changes: Array<RawChange> = []
  for (let index = 0; index < parts.length; ) {
    const [baseMode = "", headMode = "", base = "", head = "", letter = ""] = (parts[index] ?? "").slice(1).split(" ")
    const moved = letter.startsWith("R") || letter.startsWith("C")
    const [first = "", second] = parts.slice(index + 1, index + (moved ? 3 : 2))
    changes.push({
      path: second ?? first,
      previousPath: moved ? first : undefined,
      status: STATUS[letter[0] ?? ""] ?? "modified",
      base: { mode: baseMode, object: base },
      head: { mode: headMode, object: head }
    })
    index += moved ? 3 : 2
  }
  return changes
}

/** Added and deleted lines in the order of `git diff --numstat -z`, which is that of `--raw`; 0 for binary files. */
export const lineCounts = (parts: ReadonlyArray<string>): ReadonlyArray<readonly [additions: number, deletions: number]> => {
  const counts: Array<readonly [number, number]> = []
  for (let index = 0; index < parts.length; ) {
    const [additions = "", deletions = "", path] = (parts[index] ?? "").split("\t")
    counts.push([Number(additions) || 0, Number(deletions) || 0])
    index += path === "" ? 3 : 1
  }
  return counts
}

const isFile = ({ mode }: Pick<Side, "mode">): boolean => mode !== "000000" && mode !== LINK && mode !== SUBMODULE

/** The sizes of the objects that exist. */
export const sizesOf = Effect.fn("sizesOf")(function* (folder: string, objects: ReadonlyArray<string>) {
  if (objects.length === 0) return new Map<string, number>()
  const output = yield* git(folder, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
    input: `${objects.join("\n")}\n`
  })
  return new Map(
    decoder
      .decode(output)
      .trimEnd()
      .split("\n")
      .flatMap((line) => {
        const [object = "", size = ""] = line.split(" ")
        return /^\d+$/.test(size) ? [[object, Number(size)] as const] : []
      })
  )
})

const NEWLINE = 0x0a

/** The bytes of objects that exist and are small enough, as many as fit. */
export const bytesOf = Effect.fn("bytesOf")(function* (
  folder: string,
  objects: ReadonlyArray<string>,
  most: number,
  largest = MAXIMUM_BYTES
) {
  const sizes = yield* sizesOf(folder, objects)
  let sum = 0
  const wanted = objects.filter((object) => {
    const size = sizes.get(object) ?? Number.POSITIVE_INFINITY
    if (size > largest || sum + size > most) return false
    sum += size
    return true
  })
  const found = new Map<string, Uint8Array>()
  if (wanted.length === 0) return found
  const output = yield* git(folder, ["cat-file", "--batch=%(objectname) %(objectsize)"], { input: `${wanted.join("\n")}\n` })
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(NEWLINE, at)
    if (end < 0) break
    const [object = "", size = ""] = decoder.decode(output.subarray(at, end)).split(" ")
    const length = Number(size)
    if (!/^\d+$/.test(size)) at = end + 1
    else {
      found.set(object, output.subarray(end + 1, end + 1 + length))
      at = end + 1 + length + 1
    }
  }
  return found
})

const withTexts = (
  { path, previousPath, status, base, head }: RawChange,
  [additions, deletions]: readonly [number, number],
  bytes: ReadonlyMap<string, Uint8Array>
): GateFile => {
  const textOf = (side: Side): string | null => {
    const found = isFile(side) ? bytes.get(side.object) : undefined
    return found === undefined || contentOf(found) !== "text" ? null : decoder.decode(found)
  }
  const contentAt = (side: Side): FileContent => {
    if (side.mode === LINK) return "link"
    if (side.mode === SUBMODULE) return "submodule"
    const found = bytes.get(side.object)
    return found === undefined ? "unread" : contentOf(found)
  }
  const content = status === "removed" ? "none" : contentAt(head)
  return {
    path,
    ...(previousPath === undefined ? {} : { previousPath }),
    status,
    additions,
    deletions,
    changes: additions + deletions,
    isBinary: content === "binary" || content === "executable",
    content,
    base: textOf(base),
    head: status === "removed" ? null : textOf(head)
  }
}

/** The files that differ between two commits, by path, with their texts. Detects renames by content. */
export const changedFiles = Effect.fn("changedFiles")(function* (folder: string, base: string, head: string) {
  const compared = ["--no-ext-diff", "--no-textconv", "--find-renames", "-l1000", "-r", "-z", base, head] as const
  const changes = rawChanges(partsOf(yield* git(folder, ["diff-tree", "--raw", "--no-abbrev", ...compared])))
  const counts = lineCounts(partsOf(yield* git(folder, ["diff-tree", "--numstat", ...compared])))
  const objects = changes.flatMap((one) => [one.head, one.base].filter(isFile).map(({ object }) => object))
  const bytes = yield* bytesOf(folder, [...new Set(objects)], MAXIMUM_TOGETHER)
  return changes.map((one, index) => withTexts(one, counts[index] ?? [0, 0], bytes))
})

/** The texts of a commit's wanted files, by path, as many as fit into 32 MiB. */
export const sourcesAt = Effect.fn("sourcesAt")(function* (folder: string, commit: string, isWanted: (path: string) => boolean) {
  const listed = (yield* listTree(folder, commit)).filter((entry) => isFile(entry) && isWanted(entry.path))
  const bytes = yield* bytesOf(folder, [...new Set(listed.map(({ object }) => object))], MAXIMUM_SOURCES)
  return listed.flatMap(({ path, object }) => {
    const found = bytes.get(object)
    return found === undefined || contentOf(found) !== "text" ? [] : [{ path, text: decoder.decode(found) }]
  })
})
