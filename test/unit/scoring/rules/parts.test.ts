/** A file's parts that count in their own ways: tests wherever they lie, and the scripts of pages. */
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, FastCheck as fc, Layer } from "effect"
import type { ChangedFile } from "../../../../src/domain/contributions/ChangedFile.ts"
import { fileRulesOf, scoredBy } from "../../../../src/domain/contributions/FileRules.ts"
import type { FileWork } from "../../../../src/domain/contributions/FileScore.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { partsOf } from "../../../../src/rules/contributions/work/parts.ts"
import { testsIn } from "../../../../src/rules/contributions/work/tests.ts"
import * as FileScorer from "../../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { processes } from "../../../support/processes.ts"

/** By extension: texts in which what stands between « and » is a test. */
const TESTS: ReadonlyArray<readonly [extension: string, text: string]> = [
  ["ts", 'import { it } from "vitest"\nconst a = 1\n«describe("a", () => {\n  it("b", () => {})\n})»\nexport { a }\n'],
  ["ts", '«it(`a \x24{b}`, async () => f("}", \'{\', /["\'`/{]/))»; «test.each([1, 2])("%s", (n) => n)»\nrun()\n'],
  ["ts", '«it.each`\n a | b\n \x24{1} | \x24{2}`("adds $a", ({ a }) => a)»\n«beforeEach(() => {})»\n«describe(Name, () => {})»\n'],
  ["js", '«Deno.test("a", function () { return "(" })»\n/a`/.test(b); c.it("d", () => {}); describe(e); describe(f.map((g) => g))\n'],
  [
    "ts",
    'import * as v from "vitest"\n«v.test("a", () => {})»\n«v.describe.only("b", () => {})»\nv.run("c", () => {})\nw.test("d", () => {})\n'
  ],
  ["js", "const { test: t, run } = require('node:test')\n«t('a', () => {})»\nrun('b', () => {})\nu('c', () => {})\n"],
  [
    "ts",
    'import { it as adds, expect as e } from "bun:test"\nimport { b as c } from "./d"\n«adds("a", () => {})»\ne(1, () => {}); c("x", () => {})\n'
  ],
  ["ts", "class A { test(a: string) { return () => a } }\nfunction it(a: string, b = () => 1) {}\n"],
  ["rs", "fn a() -> char { '{' }\n«#[cfg(test)]\nmod tests {\n  #[test]\n  fn b() { c(\"}\") }\n}»\nfn d() {}\n"],
  ["rs", '«#[tokio::test]\nasync fn a<\'a>() { r#"\n}"# }»\n«#[cfg(test)]\nuse b::c;»\n#[cfg(not(test))]\nfn d() {}\n'],
  ["rs", "«#![cfg(test)]\nfn a() {}\n»"],
  ["go", "func a() {}\n«func TestA(t *testing.T) {\n\tif '{' == 1 {\n\t}\n}»\nfunc Testing(t *testing.T, f int) {}\n"],
  [
    "py",
    'def a():\n    b\n\n«@pytest.mark.parametrize("a", [\n    1,\n])\n@other\nasync def test_a(\n    a,\n):\n    """c\n"""\n    d\n»e = 1\n'
  ],
  ["py", "class A(«»B):\n  x = 1\n\n«  def test_a(self):\n    pass\n»  def b(self): pass\n".replace("«»", "")],
  ["py", "«class A(unittest.TestCase):\n  def setUp(self):\n    pass\n»\n«@pytest.fixture\ndef a():\n  return 1\n»\ndef tester(): pass\n"],
  [
    "java",
    'class A {\n  «@Test\n  void a() { b("}"); }»\n  void c() {}\n  «@ParameterizedTest(name = "{0}")\n  @Values({1, 2})\n  void d(int e) {}»\n}\n'
  ],
  ["kt", "class A {\n  «@Test fun a() = b()»\n  «@Test\n  fun c() = d {\n  }»\n  fun e() {}\n}\n"],
  ["cs", 'class A {\n  «[Fact]\n  public void B() { Is(@"a""}", c); }»\n  int D => e[Test];\n}\n'],
  ["swift", "func a() {}\n«func testA() {\n}»\n«@Test func b() {}»\n"],
  ["php", "<?php\n«function test_a() { b('}'); }»\nfunction tests() {}\n«it('a', function () {})»;\n"],
  ["rb", 'require "a"\n«RSpec.describe A do\n  it "b" do\n  end\nend»\ndef c\nend\n'],
  ["ex", 'defmodule A do\n  use B\n«  test "a" do\n    c\n  end»\n  def d, do: 1\nend\n'],
  ["zig", 'fn a() void {}\n«test "b {" {\n  c();\n}»\n«test a {}»\nconst test_b = 1;\n'],
  ["d", "int a() {}\n«unittest {\n  assert(true);\n}»\nint b;\n"],
  ["cpp", "#define TEST(a, b) c\n«TEST_F(A, B) {\n  d('}');\n}»\n«TEST_CASE(\"a\") {}»\nint e() {}\n"],
  ["dart", "void main() {\n  «test('a', () {\n  })»;\n}\n"],
  ["lua", '«describe("a", function() it("b", function() end) end)»\nlocal c = 1\n'],
  ["scala", '«test("a") {\n  b\n}»\ndef c = 1\n'],
  ["clj", "(ns a)\n«(deftest b (is (= 1 1)))»\n(defn c [])\n"],
  ["rkt", "(define a 1)\n«(module+ test (check a))»\n"],
  ["sol", "contract A {\n  «function testA() public {\n  }»\n  function a() public {}\n}\n"],
  ["jl", 'a = 1\n«@testset "b" begin\n  @test a == 1\nend»\nc = 2\n']
]

/** What is a test in a text, by its marks. */
const marked = (text: string): readonly [plain: string, tests: ReadonlyArray<string>] => [
  text.replaceAll(/[«»]/g, ""),
  Array.from(text.matchAll(/«([^»]*)»/g), ([, inside = ""]) => inside)
]

describe("the tests of a text", () => {
  it.each(TESTS)("in %s: %s", (extension, text) => {
    const [plain, tests] = marked(text)
    assert.deepStrictEqual(
      testsIn(plain, extension).map(([from, to]) => plain.slice(from, to).trimEnd()),
      tests.map((one) => one.trimEnd())
    )
  })

  it("count nothing twice behind a lone back-quote", () => {
    assert.deepStrictEqual(testsIn("(function () { return 1 })\na(b)\nconst q = a > /it`/.test(b)\n", "js"), [])
  })

  it("are apart and in order, whatever the text", () => {
    const piece = fc.constantFrom(
      ..."(){}[];\n `'\"/@",
      "it(",
      "it`",
      "test('a', ",
      "=> ",
      "#[test]",
      "def test_a():",
      "  ",
      "fn a",
      "end",
      "«"
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom(...new Set(TESTS.map(([extension]) => extension))),
        (pieces, extension) => {
          const text = pieces.join("")
          let last = 0
          for (const [from, to] of testsIn(text, extension)) {
            assert.isAtLeast(from, last)
            assert.isAbove(to, from)
            last = to
          }
          assert.isAtMost(last, text.length)
        }
      )
    )
  })
})

const door = (from: number, count: number): string =>
  Array.from(
    { length: count },
    (_, index) =>
      `export function step${from + index}(a: number, b: number) {\n  if (a > b) return a * ${from + index} + b\n  return b - a\n}\n`
  ).join("")

const tested = (from: number, count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `it("steps ${from + index}", () => {\n  const found = step(${from + index}, 2)\n  expect(found).toBe(${from})\n})\n`
  ).join("")

const added = (path: string, head: string, base: string | null = null): ChangedFile => ({
  path,
  status: base === null ? "added" : "modified",
  additions: 1,
  deletions: 0,
  changes: 1,
  isBinary: false,
  base,
  head
})

describe("the parts of a file", () => {
  it("are one where there is nothing else", () => {
    const file = added("src/a.ts", door(0, 1))
    assert.deepStrictEqual(partsOf(file), [{ file, isTest: false }])
  })

  it("have every character of the file once, where it was", () => {
    const head = `<template>é 𝒳</template>\n<script setup lang="ts" generic="T extends A<B>">\n${door(0, 1)}${tested(0, 1)}</script>\n<style></style>\n`
    const texts = partsOf(added("src/A.vue", head)).map(({ file }) => file.head ?? "")
    assert.strictEqual(texts.length, 3)
    for (const text of texts) assert.strictEqual(text.length, head.length)
    const whole = Array.from({ length: head.length }, (_, at) => texts.map((text) => text[at]).find((one) => one !== " ") ?? " ").join("")
    assert.strictEqual(
      whole,
      head.replace(/<script[^\n]*>\n/, (tag) => `${" ".repeat(tag.length - 1)}\n`).replace("</script>", " ".repeat(9))
    )
  })
})

const rules = scoredBy(fileRulesOf(defaultRoster), { scoring: "work" })

layer(Layer.provide(FileScorer.layer({ processes: 1 }), processes))("what a file counts", (it) => {
  const worksOf = (files: ReadonlyArray<ChangedFile>) =>
    Effect.flatMap(FileScorer.FileScorer, ({ scoreFiles }) =>
      Effect.map(scoreFiles(files, rules), ({ files: scores }) => scores.map(({ work }): FileWork => work ?? assert.fail("no work")))
    )
  const code = door(0, 40)

  it.effect("is for a page's script what it is as a file of its own, and its texts are small work", () =>
    Effect.gen(function* () {
      const [alone, ...pages] = yield* worksOf([
        added("src/app.ts", code),
        added("src/App.vue", `<script lang="ts">\n${code}</script>\n`),
        added("src/App.svelte", `<script lang='ts' context="module">\n${code}</script>\n`),
        added("src/App.astro", `---\n${code}---\n`),
        added("src/app.html", `<!-- <script> --><script type="text/typescript">${code}</script>\n`),
        added("src/Page.vue", `<template>Good morning to you</template>\n<script lang="ts">\n${code}</script>\n`)
      ])
      for (const page of pages.slice(0, -1)) assert.deepStrictEqual(page, alone)
      assert.deepStrictEqual(pages.at(-1), { kind: "code", tokens: alone?.tokens ?? 0, words: 0, small: { tokens: 0, words: 6 } })
    })
  )

  it.effect("is for a script in another language what its difference is there, and nothing for data", () =>
    Effect.gen(function* () {
      const [changed, script, data] = yield* worksOf([
        added("src/a.ts", door(0, 3), door(0, 2)),
        added("src/A.vue", `<script lang="ts">${door(0, 3)}</script>`, `<script lang="ts">${door(0, 2)}</script>`),
        added("src/b.html", `<script type="application/json">{"a": [1, 2, 3]}</script>`)
      ])
      assert.deepStrictEqual(script, changed)
      assert.notStrictEqual(data?.kind, "nothing")
      assert.isBelow(data?.tokens ?? 1, 1)
    })
  )

  it.effect("is a twentieth for tests wherever they lie, and in full for the rest of the file", () =>
    Effect.gen(function* () {
      const [alone, tests, both, path] = yield* worksOf([
        added("src/app.ts", code),
        added("src/checks.ts", tested(0, 40)),
        added("src/both.ts", `import { it } from "vitest"\n${code}${tested(0, 40)}`),
        added("src/app.test.ts", tested(0, 40))
      ])
      assert.deepStrictEqual(tests, path)
      assert.strictEqual(tests?.kind, "small")
      assert.strictEqual(both?.kind, "code")
      assert.closeTo(both?.tokens ?? 0, alone?.tokens ?? 0, 1)
      assert.closeTo(both?.small?.tokens ?? 0, tests?.tokens ?? 0, 1e-9)
    })
  )

  it.effect("is for Rust the module of tests alone, and for Zig words", () =>
    Effect.gen(function* () {
      const rust = Array.from({ length: 20 }, (_, index) => `fn step${index}(a: u32) -> u32 { let b = g(a * ${index}); b }\n`).join("")
      const [alone, both, zig] = yield* worksOf([
        added("src/a.rs", rust),
        added("src/b.rs", `${rust}#[cfg(test)]\nmod tests {\n  #[test]\n  fn a() { assert_eq!(super::step1(2), 2) }\n}\n`),
        added("src/a.zig", 'const a = 1;\ntest "a" {\n  b(a, a, a);\n}\n')
      ])
      assert.strictEqual(both?.kind, "code")
      assert.strictEqual(both?.tokens, alone?.tokens)
      assert.isAbove(both?.small?.tokens ?? 0, 0)
      assert.deepStrictEqual(zig, { kind: "code", tokens: 0, words: 3, small: { tokens: 0, words: 6 * 0.05 } })
    })
  )
})
