/** Takes comments out of a text, by their places in its syntax tree. */

/** Bytes of a text in UTF-8; the end is not part of it. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface Stripped {
  /** The text without its comments, and without the lines that only comments filled. */
  readonly code: string
  /** In the order of the text. */
  readonly comments: ReadonlyArray<string>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** Ranges that rise and do not overlap, within the text. A parser's answer was made of a stranger's file. */
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
  /** Whether a comment was taken out of it. */
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
    // The line end after a comment belongs to it in some grammars.
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
