/**
 * Where a text has tests: the calls and functions that a language's framework runs, wherever their file lies. An import of a framework says nothing, and what is
 * around them is no test. Takes time in proportion to the text. Pure.
 */
import { languageOf } from "../../text/languages.ts"
import { codeOf } from "../../text/lexer.ts"
import type { Span } from "../../text/spans.ts"

/**
 * How far a test goes. `call`: to the end of its arguments, and of a block behind them. `block`: to the end of the first block, or of a statement without one. `lines`:
 * over the lines that stand deeper, and their closing `end`. `bracket`: to the one that closes the first.
 */
type Reach = "call" | "block" | "lines" | "bracket"

interface Form {
  /** File extensions. */
  readonly of: string
  /** What a test begins with, in a text without comments and what literals say. */
  readonly begins: RegExp
  readonly reach: Reach
  /** A call is a test only with a literal as its first argument, or a function among them. */
  readonly isNamed?: boolean
  /** What else its first line has. */
  readonly needs?: RegExp
}

const JS = "js jsx mjs cjs ts tsx mts cts"
const C_LIKE = "c h cc cpp cxx hh hpp hxx cu m mm"

/** By each framework's documentation. */
const FORMS: ReadonlyArray<Form> = [
  // Jest, Vitest, Mocha, Jasmine, node:test, Playwright, AVA, Deno, QUnit.
  {
    of: JS,
    begins:
      /(?<![\p{L}\p{N}_$.#]|function )(?:[xf]?(?:describe|it)|x?test|suite|specify|bench|(?:before|after)(?:Each|All)|Deno\.test|QUnit\.(?:test|module))(?:\.(?:concurrent|describe|each|effect|failing|fails|for|layer|live|only|prop|runIf|scoped|scopedLive|sequential|serial|skip|skipIf|step|todo))*(?=\s?[(`])/gu,
    reach: "call",
    isNamed: true
  },
  { of: "php", begins: /(?<![\p{L}\p{N}_$>:\\])(?:it|test|describe|beforeEach|afterEach)(?=\s?\()/gu, reach: "call", isNamed: true },
  { of: "php", begins: /(?:#\[(?:\w{1,40}\\)?Test\b|\bfunction test(?:_|[A-Z0-9]))/g, reach: "block" },
  { of: "dart", begins: /(?<![\w$.])(?:test|testWidgets|blocTest|group)(?=\s?\()/g, reach: "call", isNamed: true },
  { of: "lua", begins: /(?<![\w.:])(?:describe|it|before_each|after_each|setup|teardown)(?=\s?\()/g, reach: "call", isNamed: true },
  { of: "scala kt kts", begins: /(?<![\w.])(?:test|describe|it|should|context)(?=\s?\()/g, reach: "call", isNamed: true },
  { of: "r", begins: /(?<![\w.])(?:test_that|describe|it)(?=\s?\()/g, reach: "call", isNamed: true },
  { of: "clj cljs cljc", begins: /(?=\(deftest\s)/g, reach: "bracket" },
  { of: "rkt", begins: /(?=\((?:test-case|test-suite|module[+*] test)\s)/g, reach: "bracket" },
  // The attributes of Rust and Cairo: #[test], #[tokio::test], #[cfg(test)] with the module or item behind it.
  {
    of: "rs cairo",
    begins: /#\[(?:cfg\((?:all\()?test\b|(?:\w{1,40}::)?(?:test|rstest|bench|test_case|quickcheck|wasm_bindgen_test)\b)/g,
    reach: "block"
  },
  { of: "rs", begins: /\b(?:proptest|quickcheck)!(?=\s?[({])/g, reach: "block" },
  { of: "go", begins: /^func (?:Test|Benchmark|Fuzz)\w*\((?:\w+ )?\*testing\.[TBFM]\)/gm, reach: "block" },
  { of: "go", begins: /^func Example\w*\(\)/gm, reach: "block" },
  // pytest, unittest; GUT of Godot.
  { of: "py pyi", begins: /^[ \t]*(?:async )?def test_\w*\s?\(/gm, reach: "lines" },
  { of: "py pyi", begins: /^[ \t]*class \w+\(/gm, reach: "lines", needs: /\bTestCase\b/ },
  { of: "py pyi", begins: /^[ \t]*@(?:pytest\.|pytest_asyncio\.)fixture\b/gm, reach: "lines" },
  { of: "gd", begins: /^[ \t]*func test_\w*\(/gm, reach: "lines" },
  // JUnit, TestNG, kotlin.test, Swift Testing.
  {
    of: "java kt kts scala groovy swift",
    begins: /@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|(?:Before|After)(?:Each|All|Test|Class|Method))\b/g,
    reach: "block"
  },
  // xUnit.net, NUnit, MSTest.
  {
    of: "cs",
    begins:
      /(?<![\w\])])\[(?:Fact|Theory|Test|TestCase|TestCaseSource|TestFixture|SetUp|TearDown|OneTimeSetUp|OneTimeTearDown|TestClass|TestMethod|DataTestMethod|TestInitialize|TestCleanup)\b/g,
    reach: "block"
  },
  { of: "swift", begins: /\bfunc test\w*\(\)/g, reach: "block" },
  { of: "groovy", begins: /\bdef (?=["'])/g, reach: "block" },
  // GoogleTest, Catch2, doctest, Boost.Test; XCTest.
  {
    of: C_LIKE,
    begins:
      /(?<!\w|define )(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|FUZZ_TEST|(?:TEMPLATE_)?TEST_CASE|TEST_CASE_METHOD|SCENARIO|BOOST_(?:AUTO|FIXTURE|DATA)_TEST_CASE)(?=\s?\()/g,
    reach: "block"
  },
  { of: "m mm", begins: /^- ?\(void\) ?test/gm, reach: "block" },
  { of: "zig", begins: /^[ \t]*test[ {]/gm, reach: "block" },
  { of: "d", begins: /\bunittest\b/g, reach: "block" },
  { of: "sol", begins: /\bfunction (?:test|invariant|statefulFuzz)(?:_|[A-Z0-9])/g, reach: "block" },
  { of: "v", begins: /\bfn test_/g, reach: "block" },
  { of: "gleam", begins: /\bfn \w{1,80}_test(?=\()/g, reach: "block" },
  { of: "sh bash", begins: /^@test\b/gm, reach: "block" },
  { of: "pl pm", begins: /^[ \t]*subtest\b/gm, reach: "block" },
  { of: "ps1", begins: /^[ \t]*(?:Describe|Context|It) ["']/gim, reach: "block" },
  // RSpec, minitest; ExUnit; Test of Julia.
  { of: "rb", begins: /^[ \t]*(?:RSpec\.)?(?:describe|it|specify|scenario|test)[ (]/gm, reach: "lines", needs: /\bdo\b|\{/ },
  { of: "rb", begins: /^[ \t]*def test_/gm, reach: "lines" },
  { of: "ex exs", begins: /^[ \t]*(?:test|describe) /gm, reach: "lines", needs: /\bdo\b/ },
  { of: "jl", begins: /^[ \t]*@test(?:set|_throws|_logs)?\b/gm, reach: "lines" }
]

const FORMS_OF = new Map<string, ReadonlyArray<Form>>()
for (const form of FORMS) for (const extension of form.of.split(" ")) FORMS_OF.set(extension, [...(FORMS_OF.get(extension) ?? []), form])

/** Whether tests are known in files with this extension. */
export const knowsTests = (extension: string): boolean => FORMS_OF.has(extension)

const OPENS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" }
const CLOSES: ReadonlySet<string> = new Set(Object.values(OPENS))
const BRACKET = /[()[\]{}]/g

/** A text without comments and what literals say, with its brackets. */
class Code {
  readonly #ends = new Map<number, number>()

  constructor(readonly text: string) {
    const open: Array<readonly [at: number, closer: string]> = []
    for (const { 0: sign, index } of text.matchAll(BRACKET)) {
      const closer = OPENS[sign]
      if (closer !== undefined) open.push([index, closer])
      else if (open.at(-1)?.[1] === sign) this.#ends.set(open.pop()?.[0] ?? 0, index + 1)
    }
  }

  /** Behind the bracket that closes the one here; undefined: none opens here, or none closes it. */
  endOf = (at: number): number | undefined => this.#ends.get(at)

  solidFrom(at: number): number {
    let to = at
    while (to < this.text.length && this.text.charAt(to).trim() === "") to++
    return to
  }

  lineEnd(at: number): number {
    const end = this.text.indexOf("\n", at)
    return end < 0 ? this.text.length : end
  }

  /** Whether one of the arguments between these brackets is a function. */
  takesFunction(open: number, end: number): boolean {
    for (let at = open + 1; at < end; at++) {
      if (this.text.startsWith("=>", at) || this.text.startsWith("function", at)) return true
      at = (this.#ends.get(at) ?? at + 1) - 1
    }
    return false
  }
}

/** Where a framework's module is named, by its documentation. */
const FRAMEWORK =
  /["'`](?:@effect\/vitest|@jest\/globals|@playwright\/test|@std\/testing\/bdd|ava|bun:test|mocha|node:test|tap|tape|uvu|vitest)["'`]/g
const BINDS = /(?:^|[^\p{L}\p{N}_$.])(?:import|const|let|var)(?![\p{L}\p{N}_$])/gu
const MOST_BINDING = 400
const OF_TESTS: ReadonlySet<string> = new Set("bench describe it specify suite test".split(" "))
const CALLED = /(?<![\p{L}\p{N}_$.#])([\p{L}\p{N}_$]{1,80})(?:\.([\p{L}\p{N}_$]{1,80}))?(?:\.[\p{L}\p{N}_$]{1,80})?(?=\s?\()/gu

/** The calls of a framework by names of the text's own: of its module, or of what it gives. */
const callsByOwnNames = (text: string, code: string): ReadonlyArray<{ readonly index: number; readonly 0: string }> => {
  const [modules, aliases] = [new Set<string>(), new Set<string>()]
  for (const { index } of text.matchAll(FRAMEWORK)) {
    const before = text.slice(Math.max(0, index - MOST_BINDING), index)
    const bound = before.slice([...before.matchAll(BINDS)].at(-1)?.index ?? before.length)
    const [outside = "", inside = ""] = bound.split("{")
    for (const name of outside.match(/[\p{L}\p{N}_$]+/gu) ?? []) modules.add(name)
    for (const part of (inside.split("}")[0] ?? "").split(",")) {
      const [given = "", ...others] = part.match(/[\p{L}\p{N}_$]+/gu) ?? []
      const own = others.at(-1)
      if (own === undefined) continue
      if (OF_TESTS.has(given)) aliases.add(own)
      if (given === "default") modules.add(own)
    }
  }
  if (modules.size + aliases.size === 0) return []
  return [...code.matchAll(CALLED)].filter(
    ({ 1: name = "", 2: member = "" }) => aliases.has(name) || (modules.has(name) && OF_TESTS.has(member))
  )
}

const QUOTES: ReadonlySet<string> = new Set(["'", '"', "`"])

const endOfCall = (code: Code, from: number, isNamed: boolean): number | undefined => {
  let open = code.solidFrom(from)
  // A table of cases in a template, before the call.
  if (code.text[open] === "`") {
    const close = code.text.indexOf("`", open + 1)
    if (close < 0) return undefined
    open = code.solidFrom(close + 1)
  }
  let end = code.endOf(open)
  if (end === undefined) return undefined
  const isOfTest = (from: number, to: number) => QUOTES.has(code.text.charAt(code.solidFrom(from + 1))) || code.takesFunction(from, to)
  let isTest = !isNamed || isOfTest(open, end)
  for (let next = code.solidFrom(end); ; next = code.solidFrom(end)) {
    const [sign, more] = [code.text[next], code.endOf(next)]
    if (more === undefined || (sign !== "(" && (sign !== "{" || !isTest))) break
    isTest ||= isOfTest(next, more)
    end = more
  }
  return isTest ? end : undefined
}

const endOfBlock = (code: Code, from: number): number => {
  let isValue = false
  for (let at = from; at < code.text.length; at++) {
    const sign = code.text.charAt(at)
    const end = code.endOf(at)
    if (sign === "{" && end !== undefined) return end
    if (sign === ";" || CLOSES.has(sign)) return at + 1
    if (sign === "\n" && isValue) return at
    if (end !== undefined) at = end - 1
    else if (sign === "=") isValue = true
  }
  return code.text.length
}

const HEAD = /^(?:@|def\b|async\b|class\b|[)\]}])/
const DEFINES = /^(?:def|async|class)\b/

/** Where the lines end that stand deeper than the one from here. */
const endOfLines = (code: Code, from: number): number => {
  const { text } = code
  const first = code.solidFrom(from)
  const depth = first - from
  const isHead = text.startsWith("@", first)
  let end = code.lineEnd(from)
  const open = text.indexOf("(", from)
  if (open >= 0 && open < end) end = code.lineEnd(code.endOf(open) ?? end)
  while (end < text.length) {
    const begin = end + 1
    const lineEnd = code.lineEnd(begin)
    const line = text.slice(begin, lineEnd)
    const words = line.trimStart()
    if (words !== "" && line.length - words.length <= depth) {
      if (/^end\b/.test(words)) return lineEnd
      if (!isHead || !HEAD.test(words)) return end
      if (DEFINES.test(words)) return endOfLines(code, begin)
    }
    end = lineEnd
  }
  return text.length
}

/** The start with the decorators above, which begin with `@` in the same column, back to where another test ended. */
const withDecorators = (code: Code, from: number, least: number): number => {
  const depth = code.solidFrom(from) - from
  let start = from
  for (let at = from; at > least; ) {
    const begin = at < 2 ? 0 : code.text.lastIndexOf("\n", at - 2) + 1
    const line = code.text.slice(begin, at - 1)
    const words = line.trimStart()
    const column = line.length - words.length
    if (begin < least || (words !== "" && column <= depth && !/^[@)\]}]/.test(words))) break
    if (words.startsWith("@") && column === depth) start = begin
    at = begin
  }
  return start
}

const endOf = (code: Code, { isNamed = false, needs, reach }: Form, from: number, behind: number): number | undefined => {
  if (needs !== undefined && !needs.test(code.text.slice(from, code.lineEnd(from)))) return undefined
  if (reach === "bracket") return code.endOf(from)
  if (reach === "lines") return endOfLines(code, from)
  return reach === "block" ? endOfBlock(code, from) : endOfCall(code, behind, isNamed)
}

/** Marks the whole file: `#![cfg(test)]`. */
const WHOLE = /^#!\[cfg\(test\)\]/m

/** The tests of a text, in its order, none in another. */
export const testsIn = (text: string, extension: string): ReadonlyArray<Span> => {
  const forms = FORMS_OF.get(extension)
  if (forms === undefined) return []
  const code = new Code(codeOf(text, languageOf(`a.${extension}`)))
  if (extension === "rs" && WHOLE.test(code.text)) return [[0, text.length]]
  const begins = forms
    .flatMap((form) =>
      [...code.text.matchAll(form.begins), ...(form.of === JS ? callsByOwnNames(text, code.text) : [])].map(({ 0: mark, index }) => ({
        form,
        index,
        behind: index + mark.length
      }))
    )
    .toSorted((one, other) => one.index - other.index)
  const spans: Array<Span> = []
  let last = 0
  for (const { behind, form, index } of begins) {
    if (index < last) continue
    const end = endOf(code, form, index, behind)
    if (end === undefined || end <= index) continue
    spans.push([form.reach === "lines" ? withDecorators(code, index, last) : index, end])
    last = end
  }
  return spans
}
