/** A file's added lines, and changes of whitespace alone. */
import type { GateFile } from "../../domain/quality/GateFile.ts"

/** Consecutive added lines. `line`: number of the first one, from 1. */
export interface AddedBlock {
  readonly line: number
  readonly text: string
}

const linesOf = (text: string | null): ReadonlyArray<string> => (text === null || text === "" ? [] : text.split("\n"))

/** Lines of the head that occur nowhere in the base, so that moved lines are not new. */
export const addedBlocks = ({ base, head }: Pick<GateFile, "base" | "head">): ReadonlyArray<AddedBlock> => {
  const before = new Set(linesOf(base))
  const blocks: Array<{ line: number; lines: Array<string> }> = []
  for (const [index, line] of linesOf(head).entries()) {
    if (before.has(line)) continue
    const last = blocks.at(-1)
    if (last !== undefined && last.line + last.lines.length === index + 1) last.lines.push(line)
    else blocks.push({ line: index + 1, lines: [line] })
  }
  return blocks.map(({ line, lines }) => ({ line, text: lines.join("\n") }))
}

/** Bytes of the lines that only one side has. */
export const changedBytes = ({ base, head }: Pick<GateFile, "base" | "head">): number =>
  [...addedBlocks({ base, head }), ...addedBlocks({ base: head, head: base })].reduce(
    (sum, { text }) => sum + Buffer.byteLength(text) + 1,
    0
  )

/** Languages in which leading, trailing and empty-line whitespace has no meaning outside of strings. */
const FREE_FORM =
  /\.(?:[cm]?[jt]sx?|java|kts?|swift|go|rs|c|cc|cpp|cxx|h|hh|hpp|cs|scala|dart|php|css|scss|less|sol|zig|v|d|groovy|m|mm|json|sql)$/i
/** Start of a construct in which whitespace can matter: a multi-line string, a heredoc, a continued line. */
const MULTI_LINE_STRING = /`|"""|'''|<<|R"|@"|\\\n|\[\[|\br#*"/

const squeezed = (text: string): string =>
  linesOf(text)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n")

export const isWhitespaceOnly = ({ path, status, content, base, head }: GateFile): boolean =>
  content === "text" &&
  status === "modified" &&
  base !== null &&
  head !== null &&
  (base === head ||
    (FREE_FORM.test(path) && !MULTI_LINE_STRING.test(base) && !MULTI_LINE_STRING.test(head) && squeezed(base) === squeezed(head)))
