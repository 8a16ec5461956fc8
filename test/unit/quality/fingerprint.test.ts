/** Winnowing over tokens, and the parser's tokens. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { encodeComments, readComments } from "../../../src/layers/parsing/commentPlaces.ts"
import {
  bandsOf,
  encodeFingerprints,
  fingerprintsOfTokens,
  fingerprintsOfWords,
  K,
  readFingerprints,
  WINDOW,
  winnow
} from "../../../src/layers/parsing/fingerprint.ts"
import { stripComments } from "../../../src/rules/quality/duel/stripComments.ts"
import { sharedBy } from "../../../src/rules/quality/duplicates.ts"
import { code } from "../../support/git/code.ts"
import { bytesOf, type Grammar, grammarNames, parser, samples } from "../../support/scoring/engine.ts"

const core = parser()
const of = (grammar: Grammar, text: string) => {
  const found = core.tokens(grammar, bytesOf(text), 60_000)
  if (found === undefined) throw new Error("the parse ran out of time")
  return found
}
const kindsOf = (grammar: Grammar, text: string) => {
  const { types, tokens } = of(grammar, text)
  return [...tokens].map((type) => types[type])
}
const fingerprintsOf = (grammar: Grammar, text: string) => {
  const { types, tokens } = of(grammar, text)
  return fingerprintsOfTokens(types, tokens)
}

/** So many distinct numbers, the same each time. */
const numbers = (count: number, from: number) =>
  Uint32Array.from({ length: count }, (_, index) => Math.imul(from + index + 1, 0x9e3779b1) >>> 0).sort()

describe("the index of similar fingerprints", () => {
  it("finds lists that share most, and hardly any that share little", () => {
    const found = (shared: number) =>
      Array.from({ length: 200 }, (_, pair) => {
        const from = 10_000 * pair
        const keys = new Set(bandsOf(numbers(100, from)))
        return bandsOf(numbers(100, from + 100 - shared)).some((key) => keys.has(key))
      }).filter(Boolean).length
    // Jaccard 0.60, 0.25 and 0.
    assert.isAtLeast(found(75), 194)
    assert.isAtMost(found(40), 80)
    assert.strictEqual(found(0), 0)
    assert.deepStrictEqual(bandsOf(new Uint32Array(0)), [])
    // Stored keys stay comparable only while these are the same.
    assert.deepStrictEqual(bandsOf(Uint32Array.of(1, 2, 3)).slice(0, 2), [901_025_206, 7_893_638_203])
  })
})

const tokens = (length: { readonly minLength?: number; readonly maxLength?: number }) =>
  fc.array(fc.integer({ min: 0, max: 40 }), length).map((all) => Uint32Array.from(all, (one) => Math.imul(one + 1, 0x9e3779b1) >>> 0))

/** The definition, without a rolling hash. */
const plainWinnow = (all: Uint32Array): ReadonlyArray<number> => {
  const single = (at: number) => winnow(all.subarray(at, at + K))[0] ?? 0
  const hashes = Array.from({ length: Math.max(0, all.length - K + 1) }, (_, at) => single(at))
  const windows = Math.max(1, hashes.length - WINDOW + 1)
  const least = Array.from({ length: windows }, (_, at) => Math.min(...hashes.slice(at, at + WINDOW)))
  return [...new Set(hashes.length === 0 ? [] : least)].toSorted((one, other) => one - other)
}

describe("winnowing", () => {
  it("keeps the least hash of every window", () => {
    fc.assert(fc.property(tokens({ maxLength: 80 }), (all) => assert.deepStrictEqual([...winnow(all)], plainWinnow(all))))
  })

  it("always sees a common run of K + WINDOW - 1 tokens", () => {
    const run = tokens({ minLength: K + WINDOW - 1, maxLength: K + WINDOW - 1 })
    const around = tokens({ maxLength: 60 })
    fc.assert(
      fc.property(run, around, around, around, around, (common, before, after, otherBefore, otherAfter) => {
        const one = winnow(Uint32Array.of(...before, ...common, ...after))
        const other = new Set(winnow(Uint32Array.of(...otherBefore, ...common, ...otherAfter)))
        assert.isTrue(one.some((fingerprint) => other.has(fingerprint)))
      })
    )
  })

  it("has nothing to say about fewer than K tokens", () => {
    fc.assert(fc.property(tokens({ maxLength: K - 1 }), (all) => assert.lengthOf(winnow(all), 0)))
  })

  it("never changes: other machines and versions compare with it", () => {
    assert.deepStrictEqual(
      [...fingerprintsOfWords(bytesOf("one two three four five six seven eight nine ten eleven twelve"), "a.cs")],
      [3838023530]
    )
  })

  it("reads what it wrote, and nothing else", () => {
    fc.assert(
      fc.property(tokens({ maxLength: 200 }), (all) => {
        const found = winnow(all)
        assert.deepStrictEqual(readFingerprints(encodeFingerprints(found)), found)
      })
    )
    assert.isUndefined(readFingerprints(Uint8Array.of(1, 2, 3)))
    assert.isUndefined(readFingerprints(encodeFingerprints(Uint32Array.of(2, 1))))
    assert.isUndefined(readFingerprints(encodeFingerprints(Uint32Array.of(1, 1))))
  })
})

describe("the tokens of a tree", () => {
  it("are its leaves in their order, with literals whole and without comments", () => {
    assert.deepStrictEqual(kindsOf("typescript", `// no\nconst a = \`x \${b} y\` + 'z' /* no */ + 1`), [
      "const",
      "identifier",
      "=",
      "template_string",
      "+",
      "string",
      "+",
      "number"
    ])
  })

  it.each(grammarNames)(
    "of %s say the same after renaming, reformatting and other comments, and something else after another statement",
    (grammar) => {
      const text = samples[grammar].repeat(3)
      const names = new Set(kindsOf(grammar, text))
      assert.isAbove(names.size, 10)
      const renamed = text.replaceAll("Box", "Crate").replaceAll("note", "another remark").replaceAll("é", "è").replaceAll(" 3", " 17")
      assert.deepStrictEqual(fingerprintsOf(grammar, renamed), fingerprintsOf(grammar, text))
      assert.isAbove(fingerprintsOf(grammar, text).length, 5)
      assert.notDeepEqual(fingerprintsOf(grammar, samples[grammar].slice(0, 120)), fingerprintsOf(grammar, text))
    }
  )

  it("do not disturb tallies that are made in between", () => {
    const text = bytesOf(samples.python)
    const tally = core.tally("python", text, 60_000)
    core.tokens("python", text, 60_000)
    assert.deepStrictEqual(core.tally("python", text, 60_000), tally)
  })

  it("of rubbish are some tokens too", () => {
    const rubbish = [
      "\0".repeat(1000),
      "x".repeat(1_000_000),
      "\ud800 { ( [ \udfff",
      "((((".repeat(5_000),
      "\u202e\u200b = \u2066",
      "`".repeat(999)
    ]
    for (const text of rubbish) for (const grammar of grammarNames) assert.isArray([...fingerprintsOf(grammar, text)])
    assert.isArray([
      ...fingerprintsOfWords(
        Uint8Array.from({ length: 5_000 }, (_, index) => (index * 131) % 256),
        "a.cs"
      )
    ])
  })
})

describe("the words of a text without a grammar", () => {
  it("say the same after renaming, reformatting and other comments, and something else after another statement", () => {
    const of = (text: string) => fingerprintsOfWords(bytesOf(text), "a.cs")
    const one = code(1)
    const other = one.replaceAll("value", "result").replaceAll(" = ", "\n  =").replaceAll(/$/gm, "; // why")
    assert.deepStrictEqual(of(other), of(one))
    assert.isAbove(of(one).length, 20)
    assert.notDeepEqual(of(`${one}a = b(a) + c`), of(one))
    assert.isBelow(sharedBy(of(one), of(code(2))) * 4, of(one).length)
  })
})

describe("the comments of a tree", () => {
  const commentsOf = (grammar: Grammar, text: string) => {
    const bytes = bytesOf(text)
    const places = core.comments(grammar, bytes, 60_000)
    if (places === undefined) throw new Error("the parse ran out of time")
    return (readComments(encodeComments(places)) ?? []).map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString())
  }

  it("are listed with their bytes, and strings are none of them", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of the parsed text
    assert.deepStrictEqual(commentsOf("typescript", "// é ü\nconst a = '// no' /* two\nlines */ + `${b /* in */}`\n"), [
      "// é ü",
      "/* two\nlines */",
      "/* in */"
    ])
    assert.deepStrictEqual(commentsOf("python", "# größer\nx = '# no'  # yes\n"), ["# größer", "# yes"])
    assert.deepStrictEqual(commentsOf("go", 'package a\n// one\nvar s = "// no" /* two */\n'), ["// one", "/* two */"])
  })

  it.each(grammarNames)("of %s leave the tokens as they are when they are taken out", (grammar) => {
    const text = samples[grammar]
    const places = readComments(encodeComments(core.comments(grammar, bytesOf(text), 60_000) ?? new Uint32Array(0))) ?? []
    const { code, comments } = stripComments(text, places)
    assert.isAbove(comments.length, 0)
    assert.deepStrictEqual(commentsOf(grammar, code), [])
    assert.deepStrictEqual(kindsOf(grammar, code), kindsOf(grammar, text))
  })

  it("are read only from what the parser writes", () => {
    assert.isUndefined(readComments(Uint8Array.of(1, 2, 3)))
    assert.deepStrictEqual(readComments(new Uint8Array(0)), [])
  })
})
