/** Files that hold tests beside their code: such a file counts as a test as a whole. */

/**
 * Lines begin only after "\n", and letters of all scripts form words: `#[testé]` is no test. JavaScript's multiline flag and \b differ, so the patterns
 * spell this out.
 */
const PATTERNS: ReadonlyMap<string, RegExp> = new Map([
  ["rs", /(?:^|\n)[ \t]*(?:#\[(?:cfg\()?test(?![\p{L}\p{N}_])|#!\[cfg\(test\)\]|#\[[\p{L}\p{N}_]+::test(?![\p{L}\p{N}_]))/u],
  ["zig", /(?:^|\n)[ \t]*test[ \t]*[{"]/],
  ["d", /(?:^|\n)[ \t]*unittest(?![\p{L}\p{N}_])/u]
])

/** Whether a text with this extension holds tests. */
export const hasInlineTests = (text: string, extension: string): boolean => PATTERNS.get(extension)?.test(text) ?? false
