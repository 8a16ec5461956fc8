/** The one reading of texts by which they are compared. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { languageOf } from "../../../src/rules/text/languages.ts"
import { tokensOf, wordsOfLines } from "../../../src/rules/text/lexer.ts"

const words = (path: string, text: string) => wordsOfLines(text, languageOf(path)).map((line) => line.join(" "))

/** By file: a text, and the words of its lines. */
const READ: ReadonlyArray<readonly [path: string, text: string, lines: ReadonlyArray<string>]> = [
  ["a.ts", "const a = f('x', 1) // why\n/* two\nlines */ b()", ["const a f x 1", "", "b"]],
  ["a.ts", 'const a = f("x", 1,);', ["const a f x 1"]],
  ["a.ts", 'get("http://a.b/*c*/") // d', ["get http a b c"]],
  ["a.ts", "a(`// one\n/* #{two}`) // three", ["a one", "two"]],
  ["a.ts", "a\u2028// b\u2028c // d\re", ["a c e"]],
  ["a.ts", `x = \`\${w! / 2}px/\${h}px\`; y = [i++ / 2, 'a/b', j-- / 3, !/'/.test(c)]`, ["x w 2 px h px y i 2 a b j 3 test c"]],
  ["a.rb", "x =~ /#'/ && y # z", ["x y"]],
  ["a.pl", "for (0..$#a) { f('b') } # c", ["for 0 a f b"]],
  ["a.clj", "(f \\; x) ; y", ["f x"]],
  ["a.go", "x := `\\` /* y */ + 'z'", ["x z"]],
  ["a.go", "a(x, `\\`, f(), `/`, g())", ["a x f g"]],
  ["a.ts", "if (a(b)) /'/.test(c) + d / e / f; g() / h / i", ["if a b test c d e f g h i"]],
  ["a.tsx", "<A b={c} /><B d={e} />; {}\n/`/.test(f)", ["A b c B d e", "test f"]],
  ["a.kt", 'a("""\\""", f(), """\\""", g()) /* b /* c */ d */', ["a f g"]],
  ["a.cpp", 'a(R"(/*)", f(), R"(*/)", g())', ["a f g"]],
  ["a.rs", 'a(r#"\\"#, f(), r#"\\"#, g())', ["a f g"]],
  ["a.rs", 'a(r"\\", f(), br##"\\"#"##, g()) // b', ["a f g"]],
  ["a.lua", "a([[ ' ]], f(), [=[ ]] \" ]=], g()) --[==[ b\n]] c ]==] d", ["a f g", "d"]],
  ["a.swift", 'a(#"\\"#, f(), #"""\n"\n"""#, g())', ["a f", "", "g"]],
  ["a.cpp", 'a = 1\'000 + f(2\'0\'0) + R"b(")" )b" + g', ["a 1000 f 200 g"]],
  ["a.cs", 'a(@"\\", f(), """\\""", g(), """"""" """, h())', ["a f g h"]],
  ["a.kt", 'a("""b"""", f())', ["a b f"]],
  ["a.dart", "a(r'\\', f())", ["a f"]],
  ["a.ml", 'a {|"|} f {b|"|}|b} \'"\' g', ["a f g"]],
  ["a.r", 'a(r"(\\)", f(), r"---["]---", g())', ["a f g"]],
  ["a.jl", "a' * b' * '\"' * c", ["a b c"]],
  ["a.sv", "a = 8'hff + 'b0 // c", ["a 8 hff b0"]],
  ["a.ex", 'a = """\nb "c\n"""\nd', ["a", "b c", "", "d"]],
  ["a.clj", '(a \\" b) ; "c', ["a b"]],
  ["a.ts", `a(\`x \${f(\`y \${g} z\`)} w\`, h) // c`, ["a x f y g z w h"]],
  ["a.tsx", "x = <A b='c'>it's `d {f('e')}</A>; g(`h`) // i", ["x A b c it s d f e A g h"]],
  ["a.tsx", "f = <T,>(a: T) => <><b />c // d {e}</>; // g", ["f T a T b c d e"]],
  ["a.rs", "fn f<'a>(x: &'a str) {} // it's", ["fn f a x a str"]],
  ["a.py", "x = '#' + y  # z\nt = '''# a\nb''' # c\nx()#d", ["x y", "t a", "b", "x"]],
  ["a.py", 'def f():\n  """What it does."""\n  return {"a": 1,}', ["def f", "What it does", "return a 1"]],
  ["a.rb", 'puts "#{a}" # b\n=begin\nc\n=end\nd', ["puts a", "", "", "", "d"]],
  ["a.sh", 'echo "$#" a#b #c\nx;#d', ["echo a b", "x"]],
  ["a.yaml", "a: 'b' # c\nd: http://e#f", ["a b", "d http e f"]],
  ["Dockerfile", "FROM a:1 # b", ["FROM a 1"]],
  ["a.php", "#[Test]\nf(); # a // b", ["Test", "f"]],
  ["a.sql", "select 1 -- one\n/* two */ from 'a--b'", ["select 1", "from a b"]],
  ["a.lua", "x = 1 --[[ a\nb ]] y() -- c", ["x 1", "y"]],
  ["a.hs", "f x' = x {- a -} -- b", ["f x x"]],
  ["a.ml", "let f (* a *) = 1", ["let f 1"]],
  ["a.clj", "(f 'x) ; a", ["f x"]],
  ["a.tex", "a % b", ["a"]],
  ["a.vb", "x = \"'\" ' a", ["x"]],
  ["a.html", "<b class='c'>it's</b> <!-- d\n--> e", ["b class c it s b", "e"]],
  ["a.vue", "<!-- a --><p>b</p>\n/* c */ d // e", ["p b p", "d"]],
  ["a.md", "# A *b* // c", ["A b c"]],
  ["a.unknown", '# a // "b', ["a b"]],
  ["a.ts", "снег = 雪 + é1", ["снег 雪 é1"]]
]

describe("the words of a text", () => {
  for (const [path, text, lines] of READ) it(`of ${path}: ${JSON.stringify(text)}`, () => assert.deepStrictEqual(words(path, text), lines))

  it("open nothing that is never closed", () => {
    assert.deepStrictEqual(words("a.ts", "a /* b\nc 'd // e\nf ` g"), ["a b", "c d", "f g"])
    assert.deepStrictEqual(words("a.py", "a ''' b\nc 'd # e"), ["a b", "c d"])
  })

  it("have kinds: names, numbers, and literals as a whole", () => {
    assert.deepStrictEqual(
      tokensOf("let a1 = 'b c' +\n  0x2f", languageOf("a.ts")).map(({ kind, line, text }) => [kind, text, line]),
      [
        ["name", "let", 0],
        ["name", "a1", 0],
        ["literal", "b c", 0],
        ["number", "0x2f", 1]
      ]
    )
  })

  it("are read of any text: one list for each line, without anything but letters and digits", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom(..."\"'`\\/*#\n\r -", "/*", "*/", '"""', "<!--", "=begin", "a")
    )
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""))
    fc.assert(
      fc.property(text, fc.constantFrom(...READ.map(([path]) => path)), (one, path) => {
        const found = wordsOfLines(one, languageOf(path))
        assert.lengthOf(found, one.split("\n").length)
        for (const word of found.flat()) assert.match(word, /^[\p{L}\p{M}\p{N}_]+$/u)
        // What a text has alone, it has after other lines.
        assert.deepStrictEqual(wordsOfLines(`x\n${one}`, languageOf(path)).slice(1), found)
      })
    )
  })
})
