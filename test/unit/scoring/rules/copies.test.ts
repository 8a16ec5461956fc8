/** Runs of words, by which it is told what was there before. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { copiedIn, hadShare, newRuns, runsOf } from "../../../../src/rules/contributions/copies.ts"
import { rowHashes, winnowed } from "../../../../src/rules/text/rows.ts"
import { code } from "../../../support/git/code.ts"

const nothing = () => false
/** The share of a pull request whose files are each a base and a head, after what the roster had before. */
const shareOf = (
  files: ReadonlyArray<readonly [base: string, head: string, path?: string]>,
  before: ReadonlyArray<string> = []
): number => {
  const standing = new Set(before.flatMap((text) => [...runsOf(text, "before.ts")]))
  const changed = files.map(([base, head, path = "a.ts"]) => ({ path, runs: newRuns(runsOf(base, path), runsOf(head, path)) }))
  return hadShare(copiedIn(changed, (run) => standing.has(run)))
}
const changeEach = (text: string, change: (line: string, index: number) => string) => text.split("\n").map(change).join("\n")
const ONE = code(1)
const OTHER = code(2)

describe("the copied share of", () => {
  const CASES: Readonly<Record<string, readonly [share: number, of: number]>> = {
    "an honest file": [0, shareOf([["", ONE]], [OTHER])],
    "a file that another repository has": [1_000_000, shareOf([["", ONE]], [OTHER, ONE])],
    "one of another language": [1_000_000, shareOf([["", ONE, "a.go"]], [ONE])],
    "one with other names": [1_000_000, shareOf([["", ONE.replace(/[a-z]\w*/g, (name) => `renamed_${name}`)]], [ONE])],
    "one with names in another script": [1_000_000, shareOf([["", ONE.replace(/value/g, "значение")]], [ONE])],
    "one with other indents, blank lines and line ends": [
      1_000_000,
      shareOf(
        [["", changeEach(ONE, (line, index) => `\t${line.trim().replace(" = ", "\u00a0=  ")}${index % 3 === 0 ? "\r\n \t" : ""}`)]],
        [ONE]
      )
    ],
    "one of which each line is wrapped in two": [1_000_000, shareOf([["", ONE.replaceAll(" = ", "\n = ")]], [ONE])],
    "one on a single line": [1_000_000, shareOf([["", ONE.replaceAll("\n", ";")]], [ONE])],
    "one with a comment on each line, and semicolons": [
      1_000_000,
      shareOf([["", changeEach(ONE, (line, index) => `${line}; // ${index} of it`)]], [ONE])
    ],
    "one with a statement more on each line": [0, shareOf([["", changeEach(ONE, (line) => `${line}; void 0; more()`)]], [ONE])],
    "a change of one line in a file that stands": [0, shareOf([[ONE, ONE.replace("value20 =", "value20 = fresh + other.fresh +")]], [ONE])],
    "a moved function in its own file": [0, shareOf([[ONE + OTHER, OTHER + ONE]], [ONE + OTHER])],
    "a file that is removed here and added there": [1_000_000, shareOf([["", ONE]], [ONE])],
    "a file of fewer words than a run": [0, shareOf([["", "a b c ".repeat(9)]], ["a b c ".repeat(9)])]
  }
  for (const [what, [share, found]] of Object.entries(CASES)) it(what, () => assert.strictEqual(found, share))

  it("a copied half is a half", () => {
    assert.closeTo(shareOf([["", ONE + OTHER]], [ONE]), 500_000, 50_000)
  })

  it("what a pull request brings twice is the second time", () => {
    const share = shareOf([
      ["", ONE],
      ["", ONE],
      ["", OTHER],
      ["", code(3)]
    ])
    assert.closeTo(share, 250_000, 20_000)
  })
})

describe("copies", () => {
  it("are told by hashes that every machine computes alike", () => {
    assert.deepStrictEqual([...runsOf(code(1, 5), "a.ts")], [523_222_140_232_035])
  })

  it("are told of any text: whatever is in it, its beginning has its runs, but for the last ones", () => {
    const line = fc.string({ unit: "binary", maxLength: 60 })
    const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join("\n"))
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [runs, both] = [runsOf(one, "a"), runsOf(`${one}\n${other}`, "a")]
        assert.deepStrictEqual([...both.subarray(0, runs.length - 1)], [...runs.subarray(0, -1)])
        assert.isTrue(runs.every((run) => Number.isSafeInteger(run) && run >= 0))
        assert.lengthOf(newRuns(runs, runs), 0)
        const file = { path: "a", runs: both }
        assert.isAtLeast(hadShare(copiedIn([file, file], nothing)), both.length === 0 ? 0 : 500_000)
        assert.strictEqual(hadShare(copiedIn([file], () => true)), both.length === 0 ? 0 : 1_000_000)
      })
    )
  })

  it("of enough words in a row have a run in common, whatever stands around them and whatever names are", () => {
    const words = (length: object) => fc.array(fc.constantFrom("a", "b", "c", "d", "e", "1", "'x'"), length).map((all) => all.join(" "))
    const enough = words({ minLength: 45, maxLength: 45 })
    fc.assert(
      fc.property(enough, words({ maxLength: 40 }), words({ maxLength: 40 }), words({ maxLength: 40 }), (common, before, after, others) => {
        const one = runsOf(`${before} ${common} ${after}`, "a.ts")
        const renamed = common.replaceAll(/[a-e]/g, (name) => `the_${name}`)
        const other = new Set(runsOf(`${others}\n${renamed}\n`, "a.ts"))
        assert.isTrue(one.some((run) => other.has(run)))
      })
    )
  })

  it("take as long for long lines as for many", () => {
    const million = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length))
    for (const text of [million(" "), million("x"), million("x=(y);"), million("x\n"), million("=\n"), million(`${"=".repeat(9_999)}\n`)])
      assert.isAtMost(runsOf(text, "a.ts").length, 500_000)
  })
})

describe("rows of words", () => {
  it("are alike if names are replaced one by one, and only then", () => {
    const hashOf = (...words: ReadonlyArray<number>) => rowHashes(words, words.length)[0]
    assert.strictEqual(hashOf(1, 2, 1, -1), hashOf(7, 3, 7, -1))
    for (const other of [
      [1, 1, 1, -1],
      [1, 2, 2, -1],
      [1, 2, 1, -2],
      [1, 2, 1, 3]
    ])
      assert.notStrictEqual(hashOf(...other), hashOf(1, 2, 1, -1))
    // A name counts by its place in the row, not before it.
    assert.strictEqual(rowHashes([5, 1, 2, 1], 3)[1], rowHashes([1, 1, 2, 1], 3)[1])
  })

  it("are kept so that the least of every window is there", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (all, window) => {
        const kept = new Set(winnowed(Float64Array.from(all), window))
        for (let from = 0; from + window <= all.length; from++) assert.isTrue(kept.has(Math.min(...all.slice(from, from + window))))
        assert.isAtLeast(kept.size, Math.min(1, all.length))
      })
    )
  })
})
