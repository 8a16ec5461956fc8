/** Parsing and counting inside WebAssembly against the plain reference computation, and the limits of a parser. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { build } from "../../../../scripts/tree-counter.ts"
import { readTally } from "../../../../src/layers/parsing/tally.ts"
import { NotLoadable } from "../../../../src/layers/parsing/treeSitter/dynamicLibrary.ts"
import { utf8Core } from "../../../../src/layers/parsing/treeSitter/TreeSitter.ts"
import {
  bytesOf,
  differenceIn,
  type Grammar,
  grammarNames,
  parser,
  plainComputation,
  rules,
  samples
} from "../../../support/scoring/engine.ts"

const core = parser()
const plain = await plainComputation()

const differenceOf = (grammar: Grammar, base: string, head: string, budgetMs = 60_000) =>
  differenceIn(core, { grammar, base: bytesOf(base), head: bytesOf(head) }, rules, budgetMs)

/** A sample with some lines or words moved, doubled, removed or changed. */
const edited = fc
  .tuple(
    fc.constantFrom(...grammarNames),
    fc.array(
      fc.tuple(fc.constantFrom("remove", "double", "rename", "swap", "insert"), fc.nat(), fc.nat(), fc.stringMatching(/^[a-z]{1,9}$/)),
      {
        minLength: 1,
        maxLength: 5
      }
    )
  )
  .map(([grammar, edits]) => {
    const head = edits.reduce((text, [kind, first, second, word]) => {
      const lines = text.split("\n")
      const [at, to] = [first % lines.length, second % lines.length]
      if (kind === "remove") return lines.toSpliced(at, 1).join("\n")
      if (kind === "double") return lines.toSpliced(at, 0, lines[at] ?? "").join("\n")
      if (kind === "swap")
        return lines
          .with(at, lines[to] ?? "")
          .with(to, lines[at] ?? "")
          .join("\n")
      if (kind === "insert") return lines.toSpliced(at, 0, `${word}(${word}, "é${word}")`).join("\n")
      const words = [...new Set(text.match(/\b[a-z]\w*/gi) ?? ["x"])]
      return text.replace(new RegExp(`\\b${words[first % words.length] ?? "x"}\\b`), word)
    }, samples[grammar])
    return { grammar, head }
  })

describe("counting inside WebAssembly", () => {
  it("is built from the committed source", async () => {
    const artefact = readFileSync(new URL("../../../../wasm/tree-counter/counter.wasm", import.meta.url))
    assert.strictEqual(Buffer.compare(await build(), artefact), 0, "build it again: node scripts/run.mjs scripts/tree-counter.ts")
  })

  it.each(grammarNames)("equals the plain computation on a whole file: %s", (grammar) => {
    const wanted = plain(grammar, "", samples[grammar])
    assert.isFalse(wanted.broken)
    assert.deepStrictEqual(differenceOf(grammar, "", samples[grammar]), {
      _tag: "Compared",
      difference: wanted.difference,
      timedOut: []
    })
    assert.isAbove(wanted.difference.leafAdded.count, 40)
    assert.isAbove(wanted.difference.structuralAdded.score, 0)
    const removed = differenceOf(grammar, samples[grammar], "").difference
    assert.deepStrictEqual(
      [removed.leafDeleted, removed.structuralDeleted],
      [wanted.difference.leafAdded, wanted.difference.structuralAdded]
    )
  })

  it("equals the plain computation, to the last bit, on edited files", () => {
    let sound = 0
    fc.assert(
      fc.property(edited, ({ grammar, head }) => {
        const wanted = plain(grammar, samples[grammar], head)
        // The reference parses UTF-16, so its error costs differ.
        fc.pre(!wanted.broken)
        sound += 1
        assert.deepStrictEqual(differenceOf(grammar, samples[grammar], head).difference, wanted.difference)
      }),
      { numRuns: 150 }
    )
    assert.isAtLeast(sound, 150)
  })

  it("gives the same result however often it runs and whatever ran before", () => {
    const first = grammarNames.map((grammar) => differenceOf(grammar, samples[grammar], samples[grammar].slice(0, 150)))
    const again = grammarNames.toReversed().map((grammar) => differenceOf(grammar, samples[grammar], samples[grammar].slice(0, 150)))
    assert.deepStrictEqual(again.toReversed(), first)
  })

  it("distinguishes leaves by type and text, and counts occurrences", () => {
    const { difference } = differenceOf("python", "f(a)\nf(a)\n", "f(a)\nf(b)\n")
    assert.deepStrictEqual(difference.leafAdded, { count: 1, score: 0.07 })
    assert.deepStrictEqual(difference.leafDeleted, { count: 1, score: 0.07 })
    assert.deepStrictEqual(difference.structuralAdded.count, 0)
  })

  it("does not count comments", () => {
    const { difference } = differenceOf("rust", "fn f() {}\n", "/* a(b) */ fn f() {} // c\n/// d\n")
    assert.deepStrictEqual([difference.structuralAdded.count, difference.leafAdded.count, difference.leafDeleted.count], [0, 0, 0])
  })
})

describe("a tally", () => {
  const tallyOf = (grammar: Grammar, text: string | Uint8Array) => {
    const bytes = core.tally(grammar, typeof text === "string" ? bytesOf(text) : text, 60_000)
    assert.isDefined(bytes)
    return bytes ?? new Uint8Array(0)
  }

  it("is the same bytes in every parser, whatever was parsed before", () => {
    const fresh = parser()
    for (const grammar of grammarNames)
      assert.deepStrictEqual(fresh.tally(grammar, bytesOf(samples[grammar]), 60_000), tallyOf(grammar, samples[grammar]))
  })

  it("distinguishes texts by every byte, also those that are longer than it holds", () => {
    for (const length of [1, 15, 16, 17, 63, 64, 1000]) {
      const name = "a".repeat(length)
      const leaves = (other: string) => differenceOf("python", `${name}\n`, `${other}\n`).difference.leafAdded.count
      assert.strictEqual(leaves(name), 0)
      for (const at of [0, length >> 1, length - 1]) assert.strictEqual(leaves(`${name.slice(0, at)}b${name.slice(at + 1)}`), 1)
      assert.strictEqual(leaves(`${name}a`), 1)
    }
  })

  it("counts a long text as often as it occurs", () => {
    const name = "name_of_more_than_sixteen_bytes"
    assert.deepStrictEqual(differenceOf("python", `${name}\n`, `${name}\n${name}\n${name}\n`).difference.leafAdded, {
      count: 2,
      score: 0.07 * 2
    })
  })

  it("is refused when it is cut off or changed", () => {
    const whole = tallyOf("rust", samples.rust)
    assert.isDefined(readTally(whole))
    for (const length of [0, 7, 8, 40, whole.length >> 1, whole.length - 1]) assert.isUndefined(readTally(whole.subarray(0, length)))
    const changed = (at: number, value: number) => {
      const copy = whole.slice()
      new Uint32Array(copy.buffer)[at] = value
      return readTally(copy)
    }
    assert.isUndefined(changed(0, 2 ** 32 - 1))
    assert.isUndefined(changed(1, 2 ** 32 - 1))
    const [types = 0] = new Uint32Array(whole.buffer, 0, 1)
    // the first leaf's type, and the length of its text
    assert.isUndefined(changed(2 + types + 4, 0x1_ffff))
    assert.isUndefined(changed(2 + types + 4, 18 << 16))
  })
})

describe("the parser's core", () => {
  it("parses UTF-8: the tree of a broken file depends on its bytes, not on lengths in UTF-16", () => {
    for (const text of ["\u{1f600}".repeat(30), "é".repeat(200), "\ufeffx = 1\n", "x = '\u{1f600}'\n"]) {
      const { difference, timedOut } = differenceOf("python", "", text)
      assert.deepStrictEqual(timedOut, [])
      assert.isAbove(difference.leafAdded.count, 0)
    }
    // an identifier's text is its bytes
    const { difference } = differenceOf("python", "é = 1\n", "è = 1\n")
    assert.deepStrictEqual([difference.leafAdded.count, difference.leafDeleted.count], [1, 1])
  })

  it("is refused if its encoding field has moved", () => {
    assert.throws(() => utf8Core(new Uint8Array(1000)), NotLoadable, /0 places/)
    const whole = readFileSync(new URL("../../../../node_modules/web-tree-sitter/tree-sitter.wasm", import.meta.url))
    assert.throws(() => utf8Core(Buffer.concat([whole, whole])), NotLoadable, /2 places/)
  })

  it("stops an endless parse of sixteen bytes after its budget, and keeps working", () => {
    const endless = "<a {{b:>c:d(e f)"
    assert.strictEqual(bytesOf(endless).length, 16)
    const cut = differenceOf("tsx", "f(x)", endless, 100)
    assert.deepStrictEqual(cut.timedOut, ["head"])
    assert.deepStrictEqual(cut.difference.leafAdded.count, 0)
    assert.deepStrictEqual(cut.difference.leafDeleted, differenceOf("tsx", "f(x)", "").difference.leafDeleted)
    assert.deepStrictEqual(differenceOf("tsx", "", samples.tsx).difference, plain("tsx", "", samples.tsx).difference)
  })

  it("survives ten thousand nested brackets, a line of a megabyte, NUL, lone CR, a BOM, huge names and nothing but blanks", () => {
    const hostile = [
      "(".repeat(10_000),
      "[".repeat(10_000) + "]".repeat(10_000),
      `x=${"f(a,b),".repeat(140_000)}1`,
      "a\0b\0\0c",
      "a = 1\rb = 2\r",
      "\ufeffa = 1\n",
      "a".repeat(900_000),
      " \n\t".repeat(1000),
      "\ud800 unpaired",
      '"""'.repeat(3001)
    ]
    for (const grammar of grammarNames)
      for (const text of hostile) {
        const { timedOut } = differenceOf(grammar, "", text, 200)
        assert.isAtMost(timedOut.length, 1)
      }
    const fresh = parser()
    for (const grammar of grammarNames)
      assert.deepStrictEqual(
        differenceOf(grammar, "", samples[grammar]),
        differenceIn(fresh, { grammar, base: bytesOf(""), head: bytesOf(samples[grammar]) }, rules, 60_000)
      )
  })

  it("parses invalid UTF-8", () => {
    const head = new Uint8Array([120, 61, 0xff, 0xfe, 0xc3, 10, 121, 61, 49, 10])
    const { difference } = differenceIn(core, { grammar: "python", base: new Uint8Array(0), head }, rules, 2000)
    assert.isAbove(difference.leafAdded.count, 3)
  })

  it("fails, instead of giving a wrong count, when its memory is at its limit", () => {
    const small = parser(33 << 20)
    assert.throws(() => small.tally("typescript", bytesOf("a;".repeat(400_000)), 60_000))
  })
})
