/** The excerpt of an issue's text: readable, and harmless whatever the author wrote. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { onOneLine } from "../../../src/domain/onOneLine.ts"
import { excerptOf } from "../../../src/layers/github/display/excerpt.ts"

const LONGEST = 400

const READ: ReadonlyArray<readonly [what: string, markdown: string, excerpt: string | null]> = [
  ["paragraphs", "It **fails** at _once_.\n\nAlways\nso.", "It fails at once. Always so."],
  ["a form's headings", "### What happened?\n\nIt broke.\n\n### Steps\n\n1. one\n2. two", "What happened? It broke. Steps: • one • two"],
  ["lists and tasks", "- a\n- b\n  - [ ] c", "• a • b • c"],
  ["quotes", "> said\n> so", "said so"],
  ["links by their text", "See [the guide](https://example.com/a) and <https://example.com/b>", "See the guide and https://example.com/b"],
  ["words of code, but no blocks", "`save()` fails:\n\n```js\nsave()\n```\n\n    save()\n\nEnd", "save() fails: End"],
  ["tags as words of code", "`<Button>` loses focus, `a<!--b-->` too", "<Button> loses focus, a<!--b--> too"],
  ["entities", "a &lt; b &amp;&amp; c", "a < b && c"],
  ["escaped marks", "2 \\* 3 \\<b>", "2 * 3 <b>"],
  ["no pictures and tables", "![shot](https://example.com/x.png) Seen\n\n| a | b |\n|---|---|\n| 1 | 2 |", "Seen"],
  ["no comments", "<!-- Please search first\n\n- [ ] I did -->\n\nIt <!-- really --> fails", "It fails"],
  ["no tags", "Press <kbd>Ctrl</kbd> <img src=x onerror=alert(1)> now", "Press Ctrl now"],
  ["no blocks of HTML", "<script>\nalert(1)\n</script>\n\nafter", "after"],
  ["no comment that never ends", "before\n\n<!-- and\n\nall the rest", "before"],
  ["no code that never ends", "before\n\n```\nall the rest", "before"],
  ["nothing in nothing", "", null],
  ["nothing in a template that nobody filled in", "<!-- Describe the bug -->\n\n", null]
]

const HOSTILE: ReadonlyArray<readonly [what: string, markdown: string, excerpt: string]> = [
  ["control characters", "a\u0000b\u0007c\u001b[31md", "a\ufffdb c [31md"],
  ["control characters as entities", "a&#0;b&#7;c&#27;[31md", "a\ufffdb c [31md"],
  ["marks that reorder text", "abc\u202edef\u2066ghi\u061cj", "abcdefghij"],
  ["the same as entities", "abc&#x202e;def&#8294;ghi", "abcdefghi"],
  ["zero-width characters", "pass\u200bword\ufeff soft\u00adhyphen", "password softhyphen"],
  ["text hidden in tags and variation selectors", "hi\u{e0049}\u{e0067}\u{e006e}\u{e0100}\u{e0101} there", "hi there"],
  ["fillers and other characters that nothing draws", "a\u{e0000}b\u034fc\u115f\u3164d", "abcd"],
  ["private characters and halves", "a\ue000b\u{f0000}c\ud800", "abc\ufffd"],
  ["a pile of marks", `e${"\u0301".repeat(50)}x`, "e\u0301\u0301\u0301\u0301x"],
  ["line ends of all kinds", "a\r\nb\u2028c\u2029d\u0085e\u000bf", "a b c d e f"],
  ["a link to a script", "[press](javascript:alert(1))", "press"],
  ["a tag in an entity", "&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"],
  ["our own mark", "x\0<b>\0y", "x\ufffd\ufffdy"]
]

/** Texts that make a naive parser slow or its answer long, 1 MB each. */
const HEAVY = [
  "[",
  "![",
  "> ",
  "> - ",
  "*a ",
  "_a*",
  "`",
  "`a ``b ",
  "<",
  "<!--",
  "<a ",
  "&",
  "|a",
  "[a](",
  "[a]: <",
  "- ",
  "# ",
  " ",
  "\n",
  "a\t"
]

const letters = (text: string) => [...text].length

const pieces = fc.constantFrom(
  ..."#*_`<>![]()&;|-\n\t \\~:\"'",
  ..."aB9é字\u0301\u200d\u202e\u2067\u0000\u001b\u200b\ud83d\ude00\ue000",
  "<!--",
  "-->",
  "```",
  "&#27;",
  "&lt;b&gt;",
  "<b>",
  "word "
)
const hostile = fc.oneof(
  fc.array(pieces, { maxLength: 1_500 }).map((all) => all.join("")),
  fc.string({ unit: "binary", maxLength: 1_500 })
)

describe("the excerpt of an issue's text", () => {
  it.each(READ)("has %s", (_, markdown, excerpt) => {
    assert.strictEqual(excerptOf(markdown), excerpt)
  })

  it.each(HOSTILE)("withstands %s", (_, markdown, excerpt) => {
    assert.strictEqual(excerptOf(markdown), excerpt)
  })

  it("keeps joined emoji and other scripts", () => {
    for (const text of ["👩‍👩‍👧 works", "می‌خواهم", "日本語のテキスト", "עברית"]) assert.strictEqual(excerptOf(text), text)
  })

  it("is null without a text", () => {
    assert.isNull(excerptOf(null))
  })

  it("ends between words, or within a word that is too long", () => {
    const words = excerptOf("word ".repeat(200)) ?? ""
    assert.match(words, /word…$/)
    assert.isAtMost(letters(words), LONGEST)
    const one = excerptOf("字".repeat(1_000)) ?? ""
    assert.strictEqual(one, `${"字".repeat(LONGEST - 1)}…`)
    assert.strictEqual(excerptOf("😀".repeat(LONGEST)), "😀".repeat(LONGEST))
    assert.strictEqual(excerptOf("😀".repeat(LONGEST + 1)), `${"😀".repeat(LONGEST - 1)}…`)
  })

  it("costs little, however long the text is", () => {
    for (const piece of HEAVY) {
      const excerpt = excerptOf(piece.repeat(1_000_000 / piece.length))
      assert.isAtMost(letters(excerpt ?? ""), LONGEST, piece)
    }
    const columns = 1_000
    const table = `${"|a".repeat(columns)}|\n${"|-".repeat(columns)}|\n${"|\n".repeat(2_000)}`
    assert.isAtMost(letters(excerptOf(table) ?? ""), LONGEST)
  })

  it("is never longer than allowed, on one line, without invisible characters, and the same when cleaned again", () => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        const excerpt = excerptOf(markdown)
        if (excerpt === null) return
        assert.isAbove(excerpt.length, 0)
        assert.isAtMost(letters(excerpt), LONGEST)
        assert.notMatch(excerpt, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u)
        assert.notMatch(excerpt, /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e01ef}]/u)
        assert.strictEqual(onOneLine(excerpt), excerpt)
      }),
      { numRuns: 300 }
    )
  })
})
