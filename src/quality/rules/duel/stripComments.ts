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

/** Stands for a comment while lines are told apart. It is no character, and no text that was read as UTF-8 has it. */
const MARK = "\udfff"

export const stripComments = (text: string, ranges: ReadonlyArray<ByteRange>): Stripped => {
  const bytes = encoder.encode(text)
  const comments: Array<string> = []
  let marked = ""
  let at = 0
  for (const { start, end } of soundRanges(ranges, bytes.length)) {
    const comment = decoder.decode(bytes.subarray(start, end))
    comments.push(comment)
    // The line end after a comment belongs to it in some grammars.
    marked += `${decoder.decode(bytes.subarray(at, start))}${MARK}${comment.endsWith("\n") ? "\n" : ""}`
    at = end
  }
  marked += decoder.decode(bytes.subarray(at))
  const lines = marked.split("\n").flatMap((line) => {
    if (!line.includes(MARK)) return [line]
    const code = line.replaceAll(MARK, " ").trimEnd()
    return code.trim() === "" ? [] : [code]
  })
  return { code: lines.join("\n"), comments }
}
