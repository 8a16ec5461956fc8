/** Removes comments from a text, by their byte ranges in its syntax tree. */

/** A range of bytes of a UTF-8 text; `end` is exclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface Stripped {
  /** The text without comments, and without lines that contained only comments. */
  readonly code: string
  /** In order of position. */
  readonly comments: ReadonlyArray<string>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** Ranges that ascend, do not overlap and lie within the text. The parser read a stranger's file, so its answer is checked. */
const soundRanges = (ranges: ReadonlyArray<ByteRange>, length: number): ReadonlyArray<ByteRange> => {
  const sound: Array<ByteRange> = []
  for (const { start, end } of ranges.toSorted((left, right) => left.start - right.start)) {
    const from = Math.max(start, sound.at(-1)?.end ?? 0)
    const to = Math.min(end, length)
    if (from < to) sound.push({ start: from, end: to })
  }
  return sound
}

interface Line {
  readonly text: string
  /** Whether a comment was removed from the line. */
  readonly isStripped: boolean
}

export const stripComments = (text: string, ranges: ReadonlyArray<ByteRange>): Stripped => {
  const bytes = encoder.encode(text)
  const comments: Array<string> = []
  const lines: Array<Line> = []
  let line: Line = { text: "", isStripped: false }
  const append = (code: string) => {
    const [rest = "", ...others] = code.split("\n")
    line = { ...line, text: line.text + rest }
    for (const other of others) {
      lines.push(line)
      line = { text: other, isStripped: false }
    }
  }
  let at = 0
  for (const { start, end } of soundRanges(ranges, bytes.length)) {
    const comment = decoder.decode(bytes.subarray(start, end))
    comments.push(comment)
    append(decoder.decode(bytes.subarray(at, start)))
    line = { text: `${line.text} `, isStripped: true }
    // In some grammars, a comment includes the line break after it.
    if (comment.endsWith("\n")) append("\n")
    at = end
  }
  append(decoder.decode(bytes.subarray(at)))
  lines.push(line)
  const code = lines.flatMap(({ text, isStripped }) => {
    if (!isStripped) return [text]
    return text.trim() === "" ? [] : [text.trimEnd()]
  })
  return { code: code.join("\n"), comments }
}
