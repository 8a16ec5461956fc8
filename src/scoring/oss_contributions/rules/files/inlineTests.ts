/**
 * Languages whose tests stand beside the code in one file: such a file counts as a test as a whole.
 */

/**
 * Lines begin after "\n" only, and letters of all scripts make words, so that `#[testé]` is no test. Where the multiline flag or \b of
 * JavaScript would do otherwise, the pattern says it out.
 */
const PATTERNS: ReadonlyMap<string, RegExp> = new Map([
  ["rs", /(?:^|\n)[ \t]*(?:#\[(?:cfg\()?test(?![\p{L}\p{N}_])|#!\[cfg\(test\)\]|#\[[\p{L}\p{N}_]+::test(?![\p{L}\p{N}_]))/u],
  ["zig", /(?:^|\n)[ \t]*test[ \t]*[{"]/],
  ["d", /(?:^|\n)[ \t]*unittest(?![\p{L}\p{N}_])/u]
])

/** Whether a text with this extension holds tests of its own. */
export const hasInlineTests = (text: string, extension: string): boolean => PATTERNS.get(extension)?.test(text) ?? false
