/** A repository on this machine: what a branch changes, as objects of git, never as files of the working tree. */
import { Effect, Schema } from "effect"
import { contentOf, type FileContent, type GateFile } from "../../domain/quality/GateFile.ts"
import { git } from "./git.ts"

/** The folder is in no repository of git. */
class UnusableRepository extends Schema.TaggedError<UnusableRepository>()("UnusableRepository", {
  folder: Schema.String,
  why: Schema.String
}) {
  override get message() {
    return `${this.folder} is not a git repository that can be read: ${this.why}`
  }
}

/** A name that is no commit here. */
class UnusableReference extends Schema.TaggedError<UnusableReference>()("UnusableReference", {
  name: Schema.String,
  why: Schema.String
}) {
  override get message() {
    return `"${this.name}" can't be used: ${this.why}`
  }
}

/** Larger files are not read. */
const MAXIMUM_BYTES = 1_000_000
/** Of all files that are read at once. */
const MAXIMUM_TOGETHER = 64 << 20
/** Of the sources of a base. */
const MAXIMUM_SOURCES = 32 << 20
const MOST_MESSAGES = 200

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
const partsOf = (output: Uint8Array): ReadonlyArray<string> => decoder.decode(output).split("\0").slice(0, -1)

export interface BranchChange {
  /** The merge base and the head, as 40 digits. */
  readonly base: string
  readonly head: string
  readonly files: ReadonlyArray<GateFile>
  readonly messages: ReadonlyArray<string>
}

interface Side {
  readonly mode: string
  readonly object: string
}

interface RawChange {
  readonly path: string
  readonly previousPath: string | undefined
  readonly status: string
  readonly base: Side
  readonly head: Side
}

const STATUS: Readonly<Record<string, string>> = { A: "added", D: "removed", M: "modified", T: "changed", R: "renamed", C: "copied" }

/** The records of `git diff --raw -z`. */
const rawChanges = (parts: ReadonlyArray<string>): ReadonlyArray<RawChange> => {
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
const lineCounts = (parts: ReadonlyArray<string>): ReadonlyArray<readonly [additions: number, deletions: number]> => {
  const counts: Array<readonly [number, number]> = []
  for (let index = 0; index < parts.length; ) {
    const [additions = "", deletions = "", path] = (parts[index] ?? "").split("\t")
    counts.push([Number(additions) || 0, Number(deletions) || 0])
    index += path === "" ? 3 : 1
  }
  return counts
}

const LINK = "120000"
const SUBMODULE = "160000"
const isFile = ({ mode }: Side): boolean => mode !== "000000" && mode !== LINK && mode !== SUBMODULE

/** The sizes of objects. */
const sizesOf = Effect.fn("sizesOf")(function* (folder: string, objects: ReadonlyArray<string>) {
  if (objects.length === 0) return new Map<string, number>()
  const output = yield* git(folder, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], `${objects.join("\n")}\n`)
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
const bytesOf = Effect.fn("bytesOf")(function* (folder: string, objects: ReadonlyArray<string>, most: number) {
  const sizes = yield* sizesOf(folder, objects)
  let sum = 0
  const wanted = objects.filter((object) => {
    const size = sizes.get(object) ?? Number.POSITIVE_INFINITY
    if (size > MAXIMUM_BYTES || sum + size > most) return false
    sum += size
    return true
  })
  const found = new Map<string, Uint8Array>()
  if (wanted.length === 0) return found
  const output = yield* git(folder, ["cat-file", "--batch=%(objectname) %(objectsize)"], `${wanted.join("\n")}\n`)
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

/** Refuses early what is no repository. */
const checkRepository = (folder: string) =>
  git(folder, ["rev-parse", "--git-dir"]).pipe(
    Effect.catchTag("GitRefused", ({ why }) => Effect.fail(new UnusableRepository({ folder, why })))
  )

/** The commit that a name stands for, as 40 digits. */
const commitOf = (folder: string, name: string) =>
  git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).pipe(
    Effect.map((output) => decoder.decode(output).trim()),
    Effect.catchTag("GitRefused", () => Effect.fail(new UnusableReference({ name, why: "it is no branch, tag or commit here" })))
  )

/** Where a branch usually starts when nobody says so. */
const USUAL_BASES: ReadonlyArray<string> = ["origin/HEAD", "origin/main", "origin/master", "main", "master"]

const usualBase = (folder: string) =>
  Effect.firstSuccessOf(USUAL_BASES.map((name) => Effect.as(commitOf(folder, name), name))).pipe(
    Effect.catchTag("UnusableReference", () =>
      Effect.fail(
        new UnusableReference({ name: "origin/HEAD", why: "there is no main branch here: name the branch to compare with by --base" })
      )
    )
  )

/** Reads what a branch changes since it left its base. `base`: undefined for the repository's main branch. */
export const branchChange = Effect.fn("branchChange")(function* (folder: string, base: string | undefined, head: string) {
  yield* checkRepository(folder)
  const headCommit = yield* commitOf(folder, head)
  const baseName = base ?? (yield* usualBase(folder))
  const baseCommit = yield* commitOf(folder, baseName)
  const mergeBase = yield* git(folder, ["merge-base", baseCommit, headCommit]).pipe(
    Effect.map((output) => decoder.decode(output).trim()),
    Effect.catchTag("GitRefused", () =>
      Effect.fail(new UnusableReference({ name: baseName, why: `it has no common history with ${head}` }))
    )
  )
  const compared = ["--no-ext-diff", "--no-textconv", "--find-renames", "-l1000", "-r", "-z", mergeBase, headCommit] as const
  const changes = rawChanges(partsOf(yield* git(folder, ["diff-tree", "--raw", "--no-abbrev", ...compared])))
  const counts = lineCounts(partsOf(yield* git(folder, ["diff-tree", "--numstat", ...compared])))
  const objects = changes.flatMap((one) => [one.head, one.base].filter(isFile).map(({ object }) => object))
  const bytes = yield* bytesOf(folder, [...new Set(objects)], MAXIMUM_TOGETHER)
  const messages = yield* git(folder, ["log", "-z", `-n${MOST_MESSAGES}`, "--format=%B", `${mergeBase}..${headCommit}`])
  const change: BranchChange = {
    base: mergeBase,
    head: headCommit,
    files: changes.map((one, index) => withTexts(one, counts[index] ?? [0, 0], bytes)),
    messages: decoder
      .decode(messages)
      .split("\0")
      .map((message) => message.trim())
      .filter((message) => message !== "")
  }
  return change
})

/** The texts of a commit's files whose path is wanted, in the order of paths, as many as fit into 32 MiB. */
export const sourcesAt = Effect.fn("sourcesAt")(function* (folder: string, commit: string, isWanted: (path: string) => boolean) {
  const listed = partsOf(yield* git(folder, ["ls-tree", "-r", "-z", "--full-tree", commit])).flatMap((record) => {
    const [head = "", path = ""] = [record.slice(0, record.indexOf("\t")), record.slice(record.indexOf("\t") + 1)]
    const [mode = "", , object = ""] = head.split(" ")
    return isFile({ mode, object }) && isWanted(path) ? [{ path, object }] : []
  })
  const bytes = yield* bytesOf(folder, [...new Set(listed.map(({ object }) => object))], MAXIMUM_SOURCES)
  return listed.flatMap(({ path, object }) => {
    const found = bytes.get(object)
    return found === undefined || contentOf(found) !== "text" ? [] : [{ path, text: decoder.decode(found) }]
  })
})
