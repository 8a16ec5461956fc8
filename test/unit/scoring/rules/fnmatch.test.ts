import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { fnmatch } from "../../../../src/scoring/oss_contributions/rules/fnmatch.ts"

/** The results of Python's fnmatch. */
const table: ReadonlyArray<readonly [pattern: string, matching: ReadonlyArray<string>, others: ReadonlyArray<string>]> = [
  ["main", ["main"], ["Main", "main ", "amain", ""]],
  ["", [""], ["a"]],
  ["*", ["", "a", "a/b\nc"], []],
  ["release/*", ["release/", "release/1/2"], ["release", "Release/1"]],
  ["*-dev", ["-dev", "x-dev"], ["dev", "x-dev1"]],
  ["a**b", ["ab", "axyb"], ["a"]],
  ["a?c", ["abc", "a\nc", "a😀c"], ["ac", "abbc"]],
  ["??", ["ab", "😀😀"], ["😀"]],
  ["rel[0-9]", ["rel5"], ["rel", "rel55", "relx"]],
  ["[bd]ug", ["bug", "dug"], ["Bug", "ug"]],
  ["[!b]ug", ["dug", "!ug"], ["bug"]],
  ["[]", ["[]"], ["", "]"]],
  ["[]]", ["]"], ["[]]"]],
  ["[!]]", ["a"], ["]"]],
  ["[!]", ["[!]"], ["a"]],
  ["[a-", ["[a-"], ["a"]],
  ["[-a]", ["-", "a"], ["b"]],
  ["[a-]", ["-", "a"], ["b"]],
  ["[--0]", ["-", ".", "/", "0"], ["1"]],
  ["[a-c-e]", ["b", "-", "e"], ["d"]],
  ["[z-a]", [], ["z", "a", "-"]],
  ["[!z-a]", ["q"], ["", "qq"]],
  ["[z-a!b]", ["a"], ["b", ""]],
  ["[xz-ab]", ["x", "b"], ["z", "a"]],
  ["[^a]", ["^", "a"], ["b"]],
  ["[[]x]", ["[x]"], ["x"]],
  ["[a\\]", ["a", "\\"], ["]"]],
  ["\\*", ["\\", "\\x"], ["*"]],
  ["a.b", ["a.b"], ["axb"]],
  ["{a,b}", ["{a,b}"], ["a"]],
  ["(a|b)", ["(a|b)"], ["a"]],
  ["größe*", ["größe-1"], ["Größe"]],
  ["[à-ü]", ["é"], ["e"]]
]

describe("fnmatch", () => {
  it.each(table)("%j", (pattern, matching, others) => {
    assert.deepStrictEqual(
      [...matching, ...others].filter((name) => fnmatch(name, pattern)),
      matching
    )
  })

  const plain = fc.string({ unit: fc.constantFrom(..."ab/-.é😀\n\\^") })

  it("matches a pattern without wildcards literally, and * with anything", () => {
    fc.assert(
      fc.property(plain, plain, plain, (left, right, between) => {
        assert.isTrue(fnmatch(left, left))
        assert.strictEqual(fnmatch(left, right), left === right)
        assert.isTrue(fnmatch(`${left}${between}${right}`, `${left}*${right}`))
        assert.isTrue(fnmatch(`${left}${right}`, `*${right}`))
      })
    )
  })

  it("decides for every character whether a set or its negation contains it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."abcz-^\\0") }), fc.constantFrom(..."abcz-^\\0q"), (inside, character) => {
        if (inside === "") return
        assert.notStrictEqual(fnmatch(character, `[${inside}]`), fnmatch(character, `[!${inside}]`))
      })
    )
  })

  it("handles a pattern of ten thousand stars", () => {
    assert.isFalse(fnmatch("a".repeat(2_000), `${"*a".repeat(1_000)}b`))
    assert.isTrue(fnmatch("a".repeat(2_000), "*a".repeat(1_000)))
  })
})
