/** Languages that count by words: which they are, and what their files count. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { fileRulesOf } from "../../../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { grammars, hasGrammar } from "../../../../src/layers/parsing/grammars.ts"
import { isCountedByWords } from "../../../../src/rules/contributions/work/byWords.ts"
import { howCounted } from "../../../../src/rules/contributions/work/howCounted.ts"
import { newWords } from "../../../../src/rules/contributions/work/newWords.ts"
import { languageOf } from "../../../../src/rules/text/languages.ts"
import { parser } from "../../../support/scoring/engine.ts"

/** Languages of pages, of which scripts count as what they are and texts as small work. */
const PAGES: ReadonlySet<string> = new Set(["astro", "heex", "html", "svelte", "vue"])

const { languages, structural } = fileRulesOf(defaultRoster)

const door = (language: "zig" | "cs", from: number, count: number): string =>
  Array.from({ length: count }, (_, index) =>
    language === "zig"
      ? `fn step${from + index}(a: i32, b: i32) i32 {\n    if (a > b) return a * ${from + index} + b;\n    return b - a;\n}\n`
      : `int Step${from + index}(int a, int b) {\n  if (a > b) return a * ${from + index} + b;\n  return b - a;\n}\n`
  ).join("")

describe("languages that count by words", () => {
  it("are those whose grammar names at most one kind of node with structural weight, without pages, and one of style sheets", () => {
    const names = Object.keys(grammars)
    const core = parser(undefined, names)
    const bare = names.filter((name) => {
      const { types } = core.tokens(name, new TextEncoder().encode("a"), 60_000) ?? { types: [] }
      return types.filter((type) => (structural.get(type) ?? 0) > 0).length <= 1
    })
    assert.deepStrictEqual(
      names.filter((name) => isCountedByWords({ language: name, weight: 1 })).toSorted(),
      [...bare.filter((name) => !PAGES.has(name)), "scss"].toSorted()
    )
    for (const language of ["csharp", null]) assert.isTrue(isCountedByWords({ language, weight: 1 }))
  })

  it("are all known to the reader of texts, or prose in comments would count", () => {
    const unknown = languageOf("a.unknown")
    const counted = [...languages].filter(([, rule]) => rule.language !== null && isCountedByWords(rule))
    assert.deepStrictEqual(
      counted.flatMap(([extension]) => (languageOf(`a.${extension}`) === unknown ? [extension] : [])),
      []
    )
  })
})

describe("by what a language counts", () => {
  it.each([
    ["ts", { by: "nodes", weight: 1.2, findsTests: true }],
    ["svelte", { by: "nodes and scripts", weight: 1.5, findsTests: true }],
    ["cs", { by: "words", weight: null, findsTests: true }],
    ["elm", { by: "words", weight: null, findsTests: false }],
    ["md", { by: "lines", weight: 0.08, findsTests: false }]
  ] as const)("is said of %s", (extension, said) => {
    const rule = languages.get(extension) ?? assert.fail("it is in no roster")
    assert.deepStrictEqual(howCounted(extension, rule, hasGrammar), said)
    assert.strictEqual(howCounted(extension, rule, () => false).by, said.by === "lines" ? "lines" : "words")
  })
})

describe("new words", () => {
  const prose = "The quick brown fox jumps over the lazy dog, and nobody pays for it."

  it.each<readonly [string, string, string, string]>([
    ["white space and blank lines", "a.cs", door("cs", 0, 20), door("cs", 0, 20).replaceAll("\n", "\n\n\n").replaceAll("  ", "\t\t")],
    ["another order", "a.zig", door("zig", 0, 40), door("zig", 20, 20) + door("zig", 0, 20)],
    ["what is taken away", "a.zig", door("zig", 0, 40), door("zig", 0, 20)],
    ["comments of a line", "a.hs", "", `-- ${prose}\n`],
    ["comments of several", "a.cs", "", `/*\n${prose}\n*/\n`],
    ["comments in comments", "a.hs", "", `{- a {- b -}\n${prose}\n-}\n`],
    ["verbatim literals", "a.cs", "", `@"${prose}\n""${prose}""\n${prose}"`],
    ["raw literals", "a.cs", "", `"""\n${prose}\n"""`],
    ["lines of Zig's literals", "a.zig", "", `\\\\${prose}\n    \\\\${prose}\n`],
    ["Elm's", "a.elm", "", `"""\n${prose}\n"""`],
    ["Nix's", "a.nix", "", `''\n${prose}\n''`],
    ["CMake's", "a.cmake", "", `[[\n${prose}\n]] #[[ ${prose}\n]]`]
  ])("are none of %s", (_, path, base, head) => {
    assert.strictEqual(newWords(base, head, path).words, 0)
  })

  it("are names, numbers, and literals of a line, each one", () => {
    assert.deepStrictEqual(newWords("", 'const a = "b c d";\nuse(a, 1);', "a.zig"), { words: 6, isLeavesAlone: false })
  })

  it("are those around a change, and the changed ones alone where everything else stays", () => {
    const base = door("zig", 0, 40)
    assert.deepStrictEqual(newWords(base, base.replace("a * 7", "a * b * 7"), "a.zig"), { words: 1, isLeavesAlone: false })
    assert.deepStrictEqual(newWords(base, `${base}${door("zig", 40, 1)}`, "a.zig"), { words: 17, isLeavesAlone: false })
  })

  it("are other names alone where nothing else differs", () => {
    const base = door("cs", 0, 40)
    assert.deepStrictEqual(newWords(base, base.replaceAll(/\ba\b/g, "first"), "a.cs"), { words: 160, isLeavesAlone: true })
  })

  it("are as many as a file grows by, where its forms are those of the base with other names", () => {
    const renamed = door("cs", 0, 41).replaceAll(/\ba\b/g, "first")
    assert.deepStrictEqual(newWords(door("cs", 0, 40), renamed, "a.cs"), { words: 16, isLeavesAlone: false })
  })

  it("are at most the head's, whatever the base has, and none of an equal text", () => {
    const word = fc.constantFrom("a", "b", "if", "1", '"c"', "(", ")", "\n", "{-", "-}", "--")
    const text = fc.array(word, { maxLength: 120 }).map((words) => words.join(" "))
    fc.assert(
      fc.property(text, text, (base, head) => {
        assert.strictEqual(newWords(head, head, "a.hs").words, 0)
        assert.isAtMost(newWords(base, head, "a.hs").words, newWords("", head, "a.hs").words)
      })
    )
  })
})
