/** Runs of lines, by which it is told what was there before. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { copiedIn, copiedShare, newRuns, runsOf } from "../../../../src/rules/contributions/copies.ts"
import { code } from "../../../support/git/code.ts"

const RUN_LINES = 12

const nothing = () => false
/** The share of a pull request whose files are each a base and a head, after what the roster had before. */
const shareOf = (files: ReadonlyArray<readonly [base: string, head: string]>, before: ReadonlyArray<string> = []): number => {
  const standing = new Set(before.flatMap((text) => [...runsOf(text)]))
  const changed = files.map(([base, head], index) => ({ path: `${index}.ts`, runs: newRuns(runsOf(base), runsOf(head)) }))
  return copiedShare(copiedIn(changed, (run) => standing.has(run)))
}
const changeEach = (text: string, change: (line: string, index: number) => string) => text.split("\n").map(change).join("\n")
const ONE = code(1)
const OTHER = code(2)

describe("the copied share of", () => {
  const CASES: Readonly<Record<string, readonly [share: number, of: number]>> = {
    "an honest file": [0, shareOf([["", ONE]], [OTHER])],
    "a file that another repository has": [1_000_000, shareOf([["", ONE]], [OTHER, ONE])],
    "one with other names": [1_000_000, shareOf([["", ONE.replace(/[a-z]\w*/g, (name) => `renamed_${name}`)]], [ONE])],
    "one with names in another script": [1_000_000, shareOf([["", ONE.replace(/value/g, "значение")]], [ONE])],
    "one with other indents, blank lines and line ends": [
      1_000_000,
      shareOf(
        [["", changeEach(ONE, (line, index) => `\t${line.trim().replace(" = ", "\u00a0=  ")}${index % 3 === 0 ? "\r\n \t" : ""}`)]],
        [ONE]
      )
    ],
    "a file of which each line is wrapped in two": [0, shareOf([["", ONE.replaceAll(" = ", "\n = ")]], [ONE])],
    "a change of one line in a file that stands": [0, shareOf([[ONE, ONE.replace("value20 =", "value20 = new +")]], [ONE])],
    "a moved function in its own file": [0, shareOf([[ONE + OTHER, OTHER + ONE]], [ONE + OTHER])],
    "a file that is removed here and added there": [1_000_000, shareOf([["", ONE]], [ONE])],
    "a file of fewer lines than a run": [0, shareOf([["", code(1, RUN_LINES - 1)]], [ONE])]
  }
  for (const [what, [share, found]] of Object.entries(CASES)) it(what, () => assert.strictEqual(found, share))

  it("a copied half is all but the runs at the seam", () => {
    const runs = 80 - RUN_LINES + 1
    assert.strictEqual(shareOf([["", ONE + OTHER]], [ONE]), Math.floor((1_000_000 * (40 - RUN_LINES + 1)) / runs))
  })

  it("what a pull request brings twice is the second time", () => {
    assert.strictEqual(
      shareOf([
        ["", ONE],
        ["", ONE],
        ["", OTHER],
        ["", code(3)]
      ]),
      250_000
    )
  })
})

describe("copies", () => {
  it("are told by hashes that every machine computes alike", () => {
    assert.deepStrictEqual([...runsOf(code(1, RUN_LINES + 1))], [2_886_905_430_208_549, 5_886_772_008_819_694])
  })

  it("are told of any text, whatever is in it: as many runs as its lines have, and equal ones for equal lines", () => {
    const line = fc.string({ unit: "binary", maxLength: 60 }).filter((text) => /\S/.test(text) && !/[\n\r\u2028\u2029]/.test(text))
    const text = fc.array(line, { maxLength: 30 })
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [runs, both] = [runsOf(one.join("\n")), runsOf([...one, ...other].join("\n\n"))]
        assert.lengthOf(runs, Math.max(0, one.length - RUN_LINES + 1))
        assert.deepStrictEqual([...both.subarray(0, runs.length)], [...runs])
        assert.isTrue(runs.every((run) => Number.isSafeInteger(run) && run >= 0))
        assert.lengthOf(newRuns(runs, runs), 0)
        const file = { path: "a", runs: both }
        assert.isAtLeast(copiedShare(copiedIn([file, file], nothing)), both.length === 0 ? 0 : 500_000)
        assert.strictEqual(copiedShare(copiedIn([file], () => true)), both.length === 0 ? 0 : 1_000_000)
      })
    )
  })

  it("take as long for long lines as for many", () => {
    const million = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length))
    for (const text of [million(" "), million("x"), million("x=(y);"), million("x\n"), million("=\n"), million(`${"=".repeat(9_999)}\n`)])
      assert.isAtMost(runsOf(text).length, 500_000)
  })
})
