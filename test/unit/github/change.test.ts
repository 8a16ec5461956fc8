/** Whether a change takes another back. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import { type Change, type FileChange, isInverse, linesOfPatch, takesBack } from "../../../src/layers/github/evidence/change.ts"

const file = (path: string, patch: string | undefined, change: Partial<FileChange> = {}): FileChange => {
  const lines = patch === undefined ? undefined : linesOfPatch(patch)
  return {
    before: path,
    after: path,
    lines,
    additions: lines?.filter((line) => line.startsWith("+")).length ?? 0,
    deletions: lines?.filter((line) => line.startsWith("-")).length ?? 0,
    blobs: {},
    ...change
  }
}
const MERGE = [file("a.ts", "@@ -1,2 +1,3 @@\n open()\n-squeak()\n+oil()\n+turn()\n close()")]
const REVERT = [file("a.ts", "@@ -7,3 +7,2 @@ hinge\n \topen()\n-oil()\n-turn( )\n+squeak()\n close()")]
const image = (before: string | null | undefined, after: string | null): Change => [
  file("b.png", undefined, {
    before: before === null ? null : "b.png",
    after: after === null ? null : "b.png",
    blobs: { ...(before === undefined ? {} : { before }), after }
  })
]

describe("an exact inverse", () => {
  it("has other line numbers and white space", () => {
    assert.isTrue(isInverse(MERGE, REVERT))
    assert.isFalse(isInverse(MERGE, MERGE))
  })

  it("is not a line that goes on to another place", () => {
    const there = [file("a.ts", "@@\n-oil()\n open()\n+oil()\n close()")]
    const further = [file("a.ts", "@@\n open()\n-oil()\n close()\n+oil()")]
    assert.isFalse(isInverse(there, further))
    assert.isFalse(isInverse([], []))
  })

  it("of a file without a patch is known by its contents, or not known", () => {
    assert.isTrue(isInverse(image(null, "x"), image("x", null)))
    assert.isTrue(isInverse(image("x", "y"), image("y", "x")))
    assert.isFalse(isInverse(image("x", "y"), image("y", "z")))
    assert.isUndefined(isInverse(image(undefined, "y"), image(undefined, "x")))
    assert.isFalse(isInverse([...MERGE, ...image(undefined, "y")], image(undefined, "x")))
    assert.isFalse(isInverse([file("a.ts", undefined, { additions: 4_000 })], [file("a.ts", undefined, { deletions: 3_999 })]))
  })

  it("of a rename has the names exchanged", () => {
    const renamed = [file("b.ts", "@@\n-x\n+y", { before: "a.ts" })]
    assert.isTrue(isInverse(renamed, [file("a.ts", "@@\n-y\n+x", { before: "b.ts" })]))
    assert.isFalse(isInverse(renamed, [file("b.ts", "@@\n-y\n+x")]))
  })

  it("is one of every change, both ways, and takes back all of it", () => {
    const anyPatch = fc.array(fc.tuple(fc.constantFrom(" ", "-", "+"), fc.constantFrom("a", "b", "c")), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(anyPatch, (signed) => {
        // As git writes it: within a run, what is removed comes first.
        const runs = signed.reduce<Array<Array<string>>>((all, [sign, text]) => {
          const line = `${sign}${text}`
          if (sign === " " || all.at(-1)?.[0]?.startsWith(" ") !== false) all.push([line])
          else all.at(-1)?.push(line)
          return all
        }, [])
        const patchOf = (lines: ReadonlyArray<ReadonlyArray<string>>) =>
          `@@\n${lines.flatMap((run) => run.toSorted((a, b) => b.charCodeAt(0) - a.charCodeAt(0))).join("\n")}`
        const swapped = runs.map((run) => run.map((line) => line.replace(/^[+-]/, (sign) => (sign === "+" ? "-" : "+"))))
        const [one, other] = [[file("a", patchOf(runs))], [file("a", patchOf(swapped))]]
        assert.isTrue(isInverse(one, other))
        assert.isTrue(isInverse(other, one))
        const moved = new Set(signed.filter(([sign]) => sign === "+").map(([, text]) => text))
        const isMove = signed.some(([sign, text]) => sign === "-" && moved.has(text))
        if (signed.some(([sign]) => sign !== " ") && !isMove) assert.isTrue(takesBack(one, other))
        if (!isMove) assert.isFalse(takesBack(one, one))
      })
    )
  })
})

describe("more than half of a change", () => {
  const half = (removed: ReadonlyArray<string>, path = "a.ts") => [file(path, ["@@", ...removed.map((line) => `-${line}`)].join("\n"))]
  const four = [file("a.ts", "@@\n+one\n+two\n+three\n+four\n+")]

  it("is three lines of four; empty lines do not count", () => {
    assert.isTrue(takesBack(four, half(["one", "three", "four", "", ""])))
    assert.isFalse(takesBack(four, half(["one", "two", "", ""])))
    assert.isFalse(takesBack(four, half(["five", "six", "seven"])))
  })

  it("may come in parts, and what is put back does not count", () => {
    assert.isTrue(takesBack(four, [...half(["one", "two"]), ...half(["three"])]))
    assert.isFalse(takesBack(four, [...half(["one", "two", "three"]), ...MERGE, file("a.ts", "@@\n+three")]))
  })

  it("is not what a later change moves elsewhere", () => {
    assert.notStrictEqual(takesBack(four, [...half(["one", "two", "three", "four"]), file("b.ts", "@@\n+one\n+two\n+three\n+four")]), true)
  })

  it("is not known where a file has another name by now, or no patch", () => {
    assert.isUndefined(takesBack(four, half(["one", "two", "three"], "moved.ts")))
    assert.isUndefined(takesBack(four, [file("a.ts", undefined, { deletions: 4 })]))
    assert.isFalse(takesBack(four, [file("a.ts", undefined, { deletions: 2 })]))
    assert.isUndefined(takesBack([file("a.ts", undefined, { additions: 9 })], half(["one", "two", "three", "x", "y"])))
  })
})
