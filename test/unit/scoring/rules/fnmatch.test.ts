import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { fnmatch } from "../../../../src/rules/contributions/fnmatch.ts"

/** What Python's fnmatch says of single patterns is in the conformance kit. */
describe("fnmatch", () => {
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
