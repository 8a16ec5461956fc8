/** What was had before: runs of words and lines, by which it is told what a landing only brings again. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { code as honest } from "../../../../lab/simulation/contributions/honestCode.ts"
import {
  addedText,
  allRunsOf,
  countOf,
  hadIn,
  hadShare,
  isContained,
  printOf,
  readable,
  type Standing
} from "../../../../src/rules/contributions/had.ts"
import { rowHashes, winnowed } from "../../../../src/rules/text/rows.ts"
import { code } from "../../../support/git/code.ts"

type Changed = readonly [base: string, head: string, path?: string]

/** The share of a landing whose files are each a base and a head, where these texts are the places that it may come from. */
const shareOf = (files: ReadonlyArray<Changed>, places: ReadonlyArray<string> = [], as: Standing = "had"): number => {
  const prints = places.map((text) => ({ runs: allRunsOf(text, "place.ts"), lines: new Set(printOf(text, "place.ts").lines) }))
  const added = files.map(([base, head, path = "a.ts"]) => addedText(base, head, path))
  return hadShare(
    hadIn(added, (index) => {
      const lines = added[index]?.lines ?? new Uint32Array(0)
      return {
        ofRun: (run) => (prints.some(({ runs }) => runs.has(run)) ? as : undefined),
        ofFile: prints.some((place) => isContained(lines, lines.filter((line) => place.lines.has(line)).length)) ? as : undefined
      }
    })
  )
}
const changeEach = (text: string, change: (line: string, index: number) => string) => text.split("\n").map(change).join("\n")
const ONE = code(1)
const OTHER = code(2)
const LONE = "one two three four five six seven eight nine ten "

describe("the share that was had of", () => {
  const CASES: Readonly<Record<string, readonly [share: number, of: number]>> = {
    "an honest file": [0, shareOf([["", ONE]], [OTHER])],
    "a file that a place has": [1_000_000, shareOf([["", ONE]], [OTHER, ONE])],
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
    "one in a template": [1_000_000, shareOf([["", `export const all = \`\${(() => {\n${ONE}})()}\`\n`]], [ONE])],
    "one between quotes that are none, in expressions behind brackets and blocks": [
      1_000_000,
      shareOf(
        [["", `if (a) /\`/.test(b)\n${ONE}if (a) /[/*\`]/.test(b)\n${ONE}while (a(b)) /"*\u002f/.test(b)\n{}\n/'/.test(b)\n${ONE}`]],
        [ONE]
      )
    ],
    "new code beside a text that was had": [0, shareOf([["", `export const text = \`${ONE}\`\n${OTHER}`]], [`text = \`${ONE}\``, ONE])],
    "one in JSX, beside text with a quote": [
      1_000_000,
      shareOf([["", `const a = <p>\`</p>\n${ONE}const b = <p>it's \`</p>\n`, "a.tsx"]], [ONE])
    ],
    "one in a script of a page": [1_000_000, shareOf([["", `<script>${ONE}</script>`, "a.html"]], [ONE])],
    "one beside a long text": [
      shareOf([["", `const text = ''\n${ONE}${OTHER}`]], [ONE]),
      shareOf([["", `const text = \`${code(3)}\`\n${ONE}${OTHER}`]], [ONE])
    ],
    "one on a single line": [1_000_000, shareOf([["", ONE.replaceAll("\n", ";")]], [ONE])],
    "one with a comment on each line, and semicolons": [
      1_000_000,
      shareOf([["", changeEach(ONE, (line, index) => `${line}; // ${index} of it`)]], [ONE])
    ],
    "one with a filler every three lines": [
      1_000_000,
      shareOf(
        [["", changeEach(ONE, (line, index) => (index % 3 === 0 ? `${line}\nfiller${index}(more, of, it, ${index}, too)` : line))]],
        [ONE]
      )
    ],
    "one with a filler on each line": [0, shareOf([["", changeEach(ONE, (line) => `${line}; void 0; more()`)]], [ONE])],
    "one of fewer lines, with fillers": [
      0,
      shareOf([["", changeEach(code(1, 10), (line) => `${line}\nfiller(more, of, it, 0, too)`)]], [code(1, 10)])
    ],
    "a change of one line in a file that stands": [0, shareOf([[ONE, ONE.replace("value20 =", "value20 = fresh + other.fresh +")]], [ONE])],
    "a moved function in its own file": [0, shareOf([[ONE + OTHER, OTHER + ONE]], [ONE + OTHER])],
    "a function that is there twice now": [1_000_000, shareOf([[ONE + OTHER, ONE + OTHER + ONE]], [ONE + OTHER])],
    "a file that is removed here and added there": [1_000_000, shareOf([["", ONE]], [ONE])],
    "a file of fewer words than a run": [0, shareOf([["", LONE]], [LONE])],
    "what another account brought meanwhile": [500_000, shareOf([["", ONE]], [ONE], "shared")]
  }
  for (const [what, [share, found]] of Object.entries(CASES)) it(what, () => assert.strictEqual(found, share))

  it("a file of which a place has a half is about a half", () => {
    assert.closeTo(shareOf([["", ONE + OTHER]], [ONE]), 500_000, 50_000)
  })

  it("what a landing brings twice is the second time", () => {
    const share = shareOf([
      ["", ONE],
      ["", ONE],
      ["", OTHER],
      ["", code(3)]
    ])
    assert.closeTo(share, 250_000, 20_000)
    // Also where fillers hide its runs.
    assert.closeTo(
      shareOf([
        ["", ONE],
        ["", changeEach(ONE, (line, index) => (index % 2 === 0 ? `${line}\nf(a${index}, b, c, d, e)` : line))]
      ]),
      500_000,
      150_000
    )
  })

  it("a table is all but its first rows", () => {
    const table = Array.from({ length: 400 }, (_, index) => `  [${index}, ${index * 7}],\n`).join("")
    assert.isAbove(shareOf([["", `export const t = [\n${table}]\n`]]), 950_000)
  })
})

describe("what a parser may read of a text", () => {
  it("is all but what comments and long literals say", () => {
    assert.strictEqual(readable(`a("${LONE}")\n`, "a.ts"), `a("${LONE}")\n`)
    assert.match(readable(`a("${LONE}") // ${LONE}\nb`, "a.ts"), /^a\("[^"]+"\) +\nb$/, "a comment of any length")
    for (const [path, hidden] of [
      ["a.php", "?>#<?php b($c)"],
      ["a.py", "# b(c)"],
      ["a.sql", "-- b(c)"]
    ] as const)
      assert.notInclude(readable(`a()\n${hidden}\n`, path), "c", path)
    const long = LONE.repeat(3)
    const read = readable(`a(\`\n  ${long}\n\${b}\`) // ${long}\nc()`, "a.ts")
    assert.match(read, /^a\(`\n {2}x\w+ \n\$\{b\}`\) +\nc\(\)$/)
    assert.notStrictEqual(readable(`"${long} more"`, "a.ts"), readable(`"${long}"`, "a.ts"))
  })
})

describe("what a landing adds", () => {
  it("is the words that no run of the base covers", () => {
    const base = ONE.match(/\w+/g) ?? []
    const head = [...base.slice(0, 50), "new", "words", ...base.slice(50)]
    const { places, runs, words } = addedText(base.join(" "), head.join(" "), "a.ts")
    assert.deepStrictEqual([...words], [50, 2])
    assert.deepStrictEqual([places[0], places.length, runs.length], [21, 31, 31])
    assert.strictEqual(countOf(addedText(head.join(" "), base.join(" "), "a.ts")), 0)
    assert.strictEqual(countOf(addedText("", base.join(" "), "a.ts")), base.length)
  })
})

describe("the lab's honest code", () => {
  it("has three hundred functions of which no two share a run", () => {
    const runs = Array.from({ length: 300 }, (_, number) => [...allRunsOf(honest(number), "a.ts")])
    assert.isTrue(runs.every((own) => own.length > 0))
    assert.strictEqual(new Set(runs.flat()).size, runs.flat().length)
  })
})

describe("runs", () => {
  it("are told by hashes that every machine computes alike", () => {
    const { lines, runs } = printOf(code(1, 5), "a.ts")
    assert.deepStrictEqual([...runs], [523_222_140_232_035])
    assert.deepStrictEqual([...lines], [491_081_304, 1_332_936_700, 2_560_930_531, 2_692_283_505, 3_451_418_257])
  })

  it("are told of any text", () => {
    const line = fc.string({ unit: "binary", maxLength: 60 })
    const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join("\n"))
    fc.assert(
      fc.property(text, text, (one, other) => {
        const { runs } = printOf(one, "a")
        assert.isTrue(runs.every((run) => Number.isSafeInteger(run) && run >= 0))
        assert.strictEqual(countOf(addedText(one, one, "a")) > 0 && runs.length > 0, false)
        const text = addedText(other, one, "a")
        const added = [text]
        const everything = hadIn(added, () => ({ ofRun: () => "had", ofFile: undefined }))
        assert.isTrue(everything.every(({ added, had, shared }) => had <= added && shared === 0))
        assert.strictEqual(hadShare(hadIn(added, () => ({ ofRun: () => undefined, ofFile: "had" }))), countOf(text) === 0 ? 0 : 1_000_000)
      })
    )
  })

  it("of enough words in a row have a kept one in common, whatever stands around them and whatever names are", () => {
    const words = (length: object) => fc.array(fc.constantFrom("a", "b", "c", "d", "e", "1", "'x'"), length).map((all) => all.join(" "))
    const enough = words({ minLength: 45, maxLength: 45 })
    fc.assert(
      fc.property(enough, words({ maxLength: 40 }), words({ maxLength: 40 }), words({ maxLength: 40 }), (common, before, after, others) => {
        const { runs } = printOf(`${before} ${common} ${after}`, "a.ts")
        const renamed = common.replaceAll(/[a-e]/g, (name) => `the_${name}`)
        const other = allRunsOf(`${others}\n${renamed}\n`, "a.ts")
        assert.isTrue(runs.some((run) => other.has(run)))
      })
    )
  })

  it("take as long for long lines as for many", () => {
    const million = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length))
    for (const text of [million(" "), million("x"), million("x=(y);"), million("x\n"), million("=\n"), million(`${"=".repeat(9_999)}\n`)])
      assert.isAtMost(printOf(text, "a.ts").runs.length, 500_000)
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
