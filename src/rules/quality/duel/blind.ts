/**
 * What judges see of a pull request: its diff alone, without title, description, commit messages, authors or branch. Where the language has a grammar,
 * comments are shown apart from the code, so that judges read code without the author's claims about it.
 */
import { structuredPatch } from "diff"
import { Schema } from "effect"
import type { GateFile } from "../../../domain/quality/GateFile.ts"
import { isLeftOutOfDuplicates } from "../paths.ts"
import { drawDigits, shuffled } from "./draws.ts"
import { type ByteRange, stripComments } from "./stripComments.ts"

/** A changed file with the byte ranges of its comments; null: the language has no grammar, or the file could not be parsed. */
export interface ReadFile {
  readonly file: GateFile
  readonly baseComments: ReadonlyArray<ByteRange> | null
  readonly headComments: ReadonlyArray<ByteRange> | null
}

const BlindFile = Schema.Struct({
  path: Schema.String,
  /** Whether comments are removed from the diff. */
  isStripped: Schema.Boolean,
  diff: Schema.String,
  /** Comments of the head that the base does not have. */
  comments: Schema.Array(Schema.String)
})
type BlindFile = typeof BlindFile.Type

export const BlindSide = Schema.Struct({
  /** Sorted by path. */
  files: Schema.Array(BlindFile),
  /** Number of files not shown, because they are generated or exceed the limit. */
  leftOut: Schema.Int
})
export interface BlindSide extends Schema.Schema.Type<typeof BlindSide> {}

/** Characters shown of a side's diffs, of one file's diff, and of a file's comments. */
const BLIND_LIMITS = { side: 60_000, file: 20_000, comments: 2_000 }
const CONTEXT = 5
/**
 * Maximum of differing lines for a diff; beyond it, both whole texts are shown. The diff's time grows with the square of this number: 1,000 take 0.3 s for
 * any two texts of a megabyte. So many lines nearly always exceed the limit per file anyway.
 */
const MAX_EDITS = 1_000

const cutText = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}\n… (cut)`)

const wholeText = (sign: string, text: string): string =>
  text === ""
    ? ""
    : text
        .split("\n")
        .map((line) => `${sign}${line}`)
        .join("\n")

/** Hunks without line numbers, which would be wrong after the removal of comments. */
const diffOf = (base: string, head: string): string => {
  const patch = structuredPatch("", "", base, head, undefined, undefined, { context: CONTEXT, maxEditLength: MAX_EDITS })
  return patch === undefined
    ? [wholeText("-", base), wholeText("+", head)].filter((part) => part !== "").join("\n")
    : patch.hunks.map(({ lines }) => ["@@", ...lines].join("\n")).join("\n")
}

/** Comments that the head has more often than the base. */
const addedComments = (base: ReadonlyArray<string>, head: ReadonlyArray<string>): ReadonlyArray<string> => {
  const left = new Map<string, number>()
  for (const one of base) left.set(one, (left.get(one) ?? 0) + 1)
  return head.filter((one) => {
    const known = left.get(one) ?? 0
    if (known > 0) left.set(one, known - 1)
    return known === 0
  })
}

const cutAll = (comments: ReadonlyArray<string>): ReadonlyArray<string> => {
  const shown: Array<string> = []
  let left = BLIND_LIMITS.comments
  for (const comment of comments) {
    if (left <= 0) break
    shown.push(cutText(comment, left))
    left -= comment.length
  }
  return shown
}

const STATUS: Readonly<Record<string, string>> = { added: "new file", removed: "deleted file" }

const blindFile = ({ file, baseComments, headComments }: ReadFile): BlindFile => {
  const { path, previousPath, status, content, base, head } = file
  const from = previousPath === undefined ? "" : ` (was ${previousPath})`
  const title = [`${path}${from}`, STATUS[status]].filter((part) => part !== undefined).join(", ")
  if (base === null && head === null)
    return { path, isStripped: false, diff: `${title}\n(${content === "none" ? "not text" : content})`, comments: [] }
  const [before, after] = [base ?? "", head ?? ""]
  const isStripped = (base === null || baseComments !== null) && (head === null || headComments !== null)
  if (!isStripped) return { path, isStripped, diff: cutText(`${title}\n${diffOf(before, after)}`, BLIND_LIMITS.file), comments: [] }
  const [old, young] = [stripComments(before, baseComments ?? []), stripComments(after, headComments ?? [])]
  const diff = diffOf(old.code, young.code)
  return {
    path,
    isStripped,
    diff: cutText(`${title}\n${diff === "" ? "(only comments or names change)" : diff}`, BLIND_LIMITS.file),
    comments: cutAll(addedComments(old.comments, young.comments))
  }
}

const sizeOf = ({ diff, comments }: BlindFile): number => comments.reduce((sum, one) => sum + one.length, diff.length)

/** One side of a duel. If the files exceed the limit, the seed chooses which to show, so that no author can choose what is cut. */
export const blindSide = (files: ReadonlyArray<ReadFile>, seed: string): BlindSide => {
  const written = files.filter(({ file }) => !isLeftOutOfDuplicates(file))
  let left = BLIND_LIMITS.side
  const shown = shuffled(drawDigits(seed, "files"), "file", written.map(blindFile), ({ path }) => path).filter((one) => {
    const size = sizeOf(one)
    if (size > left) return false
    left -= size
    return true
  })
  return {
    files: shown.toSorted((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0)),
    leftOut: files.length - shown.length
  }
}
