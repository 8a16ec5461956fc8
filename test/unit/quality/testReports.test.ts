import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { planFor } from "../../../src/quality/verify/ecosystems.ts"
import * as NodeScripts from "../../../src/quality/verify/nodeScripts.ts"
import { compareTests, type Runs } from "../../../src/rules/quality/compareTests.ts"
import { isDependencyFile, isTestFile } from "../../../src/rules/quality/repositoryFiles.ts"
import { readTestReport } from "../../../src/rules/quality/testReports.ts"

const read = (text: string) => Object.fromEntries(readTestReport(new TextEncoder().encode(text)).tests)

/** A package's script that calls no other scripts. */
const nodeCommand = (script: string) => NodeScripts.nodeCommand([{ folder: ".", name: "", scripts: {}, dependencies: [] }], script).command

describe("reports of test runners", () => {
  it("are read as JUnit's XML", () => {
    const xml = `<?xml version="1.0"?><testsuites><testsuite name="pytest" tests="4">
      <testcase classname="tests.test_a" name="test_one" file="tests/test_a.py" line="1" time="0.1" />
      <testcase classname="tests.test_a.TestB" name="test_two[a&lt;b&#62;&amp;]" file="tests/test_a.py"><failure message="x > y">text <b></failure></testcase>
      <testcase classname="C" name="three"><skipped/></testcase>
      <testcase classname="C" name="four"><system-out><![CDATA[<failure/> <testcase name="forged"/>]]></system-out></testcase>
      <testcase classname="C" name="five"><error/></testcase>
    </testsuite></testsuites>`
    assert.deepStrictEqual(read(xml), {
      "tests/test_a.py::test_one": "passed",
      "tests/test_a.py::TestB::test_two[a<b>&]": "failed",
      "C::three": "skipped",
      "C::four": "passed",
      "C::five": "failed"
    })
  })

  it("are read as the reports of several modules of Maven or Gradle, one after the other", () => {
    const one = (name: string, inside: string) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="${name}" tests="2">\n  <properties><property name="a" value="b"/></properties>\n  <testcase name="adds()" classname="${name}" time="0.02">${inside}</testcase>\n  <testcase name="each(int)[1]" classname="${name}"/>\n</testsuite>`
    assert.deepStrictEqual(
      read(one("a.CalcTest", '<failure type="org.opentest4j.AssertionFailedError"/>') + one("b.SumTest", "<skipped/>")),
      {
        "a.CalcTest::adds()": "failed",
        "a.CalcTest::each(int)[1]": "passed",
        "b.SumTest::adds()": "skipped",
        "b.SumTest::each(int)[1]": "passed"
      }
    )
  })

  it("are read although XML forbids what a runner wrote, and without the entities that a report declares", () => {
    const xml = `<!DOCTYPE a [<!ENTITY b "c">]><testsuite><testcase name="a \u001b[1m &#x10; &b; x" time="1"><system-out>\u0000 &nope; <b></system-out></testcase>
      <testcase name="after"><skipped/></testcase></testsuite></testsuite><testcase name="last"><failure message="cut off`
    assert.deepStrictEqual(read(xml), { "a \u001b[1m &#x10; &b; x": "passed", after: "skipped", last: "passed" })
  })

  it("are read as TAP and Cargo's text", () => {
    assert.deepStrictEqual(read("ok 1 - issue #12 is fixed # time=3.5ms\r\nnot ok 2 - # 3 # time=1ms\n"), {
      "issue #12 is fixed": "passed",
      "# 3": "failed"
    })
    const cargo = `     Running unittests src/lib.rs (target/debug/deps/x-1)\n\nrunning 3 tests\ntest a::one ... ok\ntest a::two ... FAILED\ntest a::three ... ignored, slow
   Doc-tests x\ntest src/lib.rs - add (line 30) - compile fail ... FAILED\ntest src/lib.rs - add (line 9) ... ok\ntest src/lib.rs - sub (line 3) ... ok\n     Running tests/it.rs (target/debug/deps/it-1)\ntest a::one ... ok\n`
    assert.deepStrictEqual(read(cargo), {
      "src/lib.rs::a::one": "passed",
      "src/lib.rs::a::two": "failed",
      "src/lib.rs::a::three": "skipped",
      "doc-tests x::src/lib.rs - add (example 1)": "passed",
      "doc-tests x::src/lib.rs - add (example 2)": "failed",
      "doc-tests x::src/lib.rs - sub (example 1)": "passed",
      "tests/it.rs::a::one": "passed"
    })
    const nextest = ` Nextest run ID 1f2e with nextest profile: default\n    Starting 6 tests across 2 binaries
        PASS [   0.004s] (1/6) x::it one\n  TRY 1 FAIL [   0.004s] (2/6) x two\n  TRY 2 PASS [   0.004s] (2/6) x two
 FAIL + LEAK [   1.000s] (3/6) x three\n     SIGSEGV [   0.004s] x a::four\n        SKIP [         ] (5/6) x five
        LEAK [   0.104s] (6/6) x six\n  thread 'three' panicked at src/lib.rs:1:1\n     Summary [   1.1s] 6 tests run\n   FLAKY 2/2 [   0.004s] x two\n`
    assert.deepStrictEqual(read(nextest), {
      "x::it::one": "passed",
      "x::two": "passed",
      "x::three": "failed",
      "x::a::four": "failed",
      "x::five": "skipped",
      "x::six": "passed"
    })
  })

  it("that are none have no tests, whatever the bytes", () => {
    assert.deepStrictEqual(read(""), {})
    assert.deepStrictEqual(read("Segmentation fault"), {})
    assert.deepStrictEqual(read('{"testResults": 3}'), {})
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom("<", ">", "/", "testcase", ' name="a"', "failure", "&#x10;", "{", "\n", "ok ") })
        ),
        (text) => {
          for (const name of readTestReport(new TextEncoder().encode(text)).tests.keys()) assert.isAtMost(name.length, 500)
        }
      )
    )
  })

  const unread = (text: string) => readTestReport(new TextEncoder().encode(text)).unread

  it("count what did not run as skipped, however it is marked", () => {
    const one = (how: string, inside = "") =>
      read(`<testsuite name="Doors"><testcase name="Closes" classname="Doors" ${how}>${inside}</testcase></testsuite>`)
    for (const how of ['status="run" result="skipped"', 'status="notrun" result="suppressed"', 'status="disabled"', 'result="Ignored"'])
      assert.deepStrictEqual(one(how), { "Doors::Closes": "skipped" }, how)
    for (const [how, inside] of [
      ["", "<failure/><skipped/>"],
      ["", "<skipped/><error/>"],
      ['status="failed"', ""],
      ["", "<rerunError/>"]
    ] as const)
      assert.deepStrictEqual(one(how, inside), { "Doors::Closes": "failed" }, `${how}${inside}`)
    assert.deepStrictEqual(one('status="run" result="completed"', "<properties><property/></properties>"), { "Doors::Closes": "passed" })
  })

  it("name what they have that is not understood", () => {
    for (const [text, what] of [
      ['<testcase name="a" status="odd"/>', 'status="odd" of a test'],
      ['<testcase name="a"><inconclusive/></testcase>', "<inconclusive> in a test"],
      ['<testsuite><testcase name="a"/>', "the report ends in the middle"],
      ['{"testResults":[{"name":"a","status":"failed","assertionResults":[{"fullName":"b","status":"odd"}]}]}', 'status "odd" of a test'],
      [
        '{"numTotalTests":2,"testResults":[{"name":"a","assertionResults":[{"fullName":"b","status":"passed"}]}]}',
        "it counts 2 tests and has 1"
      ],
      [
        '{"success":false,"testResults":[{"name":"a","assertionResults":[{"fullName":"b","status":"passed"}]}]}',
        "it says that the run failed, and no test did"
      ],
      ['{"Action":"pass","Package":"p","Test":"T"}\npanic: no', "panic: no"],
      ['{"Action":"odd","Package":"p"}', 'the action "odd"'],
      ["1..3\nok 1 - a\n", "its plan has 3 tests, and 1 ran"],
      ["ok 1 - a\nBail out! no database\n", "Bail out! no database"],
      ["running 2 tests\ntest a ... ok\n", "2 tests began, and 1 ended"],
      ["running 1 test\ntest a ... printed ok\n", "test a ... printed ok"],
      [" Nextest run ID 1\n        ODD [   0.004s] x one\n", "ODD [   0.004s] x one"]
    ] as const)
      assert.include(unread(text), what, text)
    assert.isAtMost(unread(Array.from({ length: 99 }, (_, n) => `{"Action":"odd${n}"}`).join("\n")).length, 10)
  })

  it("show a package or a file that fails although no test does, and tests that never end", () => {
    const go = (...events: ReadonlyArray<object>) => events.map((one) => JSON.stringify(one)).join("\n")
    const passes = { Action: "pass", Package: "doors", Test: "TestOpens" }
    assert.deepStrictEqual(read(go(passes, { Action: "pass", Package: "doors" })), { "doors::TestOpens": "passed", doors: "passed" })
    assert.deepStrictEqual(read(go(passes)), { "doors::TestOpens": "passed", doors: "passed" })
    assert.deepStrictEqual(read(go(passes, { Action: "fail", Package: "doors" })), { "doors::TestOpens": "passed", doors: "failed" })
    assert.deepStrictEqual(read(go({ Action: "run", Package: "doors", Test: "TestHangs" }, { Action: "fail", Package: "doors" })), {
      doors: "failed",
      "doors::TestHangs": "failed"
    })
    assert.deepStrictEqual(
      read('{"testResults":[{"name":"a","status":"failed","assertionResults":[{"fullName":"b","status":"passed"}]}]}'),
      {
        a: "failed",
        "a::b": "passed"
      }
    )
  })

  it("are read in colour, in UTF-16 and in one byte a letter", () => {
    assert.deepStrictEqual(read("\u001b[32mok 1 - a\u001b[0m\nnot ok 2 - b\n"), { a: "passed", b: "failed" })
    const outcomes = (bytes: Uint8Array) => Object.fromEntries(readTestReport(bytes).tests)
    const utf16 = Buffer.from("\ufeffok 1 - größer\n", "utf16le")
    assert.deepStrictEqual(outcomes(utf16), { größer: "passed" })
    assert.deepStrictEqual(outcomes(utf16.subarray(2)), { größer: "passed" })
    assert.deepStrictEqual(outcomes(Buffer.from(utf16).swap16()), { größer: "passed" })
    assert.deepStrictEqual(outcomes(Buffer.from("ok 1 - größer\n", "latin1")), { größer: "passed" })
  })

  it("say which tests passed only again", () => {
    const flaky = (text: string) => [...readTestReport(new TextEncoder().encode(text)).flaky]
    assert.deepStrictEqual(flaky('<testcase name="a"><flakyFailure/></testcase><testcase name="b"/>'), ["a"])
    const nextest = " Nextest run ID 1\n  TRY 1 FAIL [   0.004s] x two\n  TRY 2 PASS [   0.004s] x two\n        PASS [   0.004s] x one\n"
    assert.deepStrictEqual(flaky(nextest), ["x::two"])
  })

  it("count each of several tests of one name, so that a failing one hides no broken one", () => {
    assert.deepStrictEqual(
      read('<testcase name="a"/><testcase name="a"><failure/></testcase><testcase name="a (2)"/><testcase name="a"/>'),
      {
        a: "passed",
        "a (2)": "failed",
        "a (2) (2)": "passed",
        "a (3)": "passed"
      }
    )
  })
})

const runs = (...all: ReadonlyArray<Readonly<Record<string, "passed" | "failed" | "skipped">>>): Runs =>
  all.map((one) => ({ tests: new Map(Object.entries(one)), flaky: new Set(), unread: [], exitCode: 0 }))

describe("comparing tests", () => {
  it("names what a pull request fixes and breaks", () => {
    const base = runs({ fixed: "failed", kept: "passed", broken: "passed", gone: "passed", skipped: "passed" })
    const head = runs({ fixed: "passed", kept: "passed", broken: "failed", skipped: "skipped" })
    const found = compareTests({ base, head, own: null })
    assert.deepStrictEqual([found.verdict, found.failToPass, found.broken], ["broken", ["fixed"], ["broken", "gone", "skipped"]])
  })

  it("leaves out what differs from run to run, also what is missing in one", () => {
    const base = runs({ a: "passed", b: "passed", c: "passed" }, { a: "failed", b: "passed" })
    const found = compareTests({ base, head: runs({ b: "passed", d: "passed" }, { b: "passed", d: "failed" }), own: null })
    assert.deepStrictEqual([found.verdict, found.broken, found.flaky], ["unproven", [], ["a", "c", "d"]])
  })

  it("verifies by the pull request's own tests only if they fail without its code", () => {
    const base = runs({ a: "passed" })
    const own = (onBase: Runs, onHead: Runs) => compareTests({ base, head: base, own: { onBase, onHead } })
    assert.strictEqual(own(runs({ a: "passed", b: "failed" }), runs({ a: "passed", b: "passed" })).verdict, "verified")
    assert.strictEqual(own(runs({}), runs({ a: "passed", b: "passed" })).verdict, "verified")
    assert.strictEqual(own(runs({ a: "passed", b: "passed" }), runs({ a: "passed", b: "passed" })).verdict, "unproven")
    assert.strictEqual(own(runs({}), runs({ a: "passed", b: "passed", c: "failed" })).verdict, "unproven")
  })

  it("sees deleted, skipped and rewritten tests", () => {
    const base = runs({ deleted: "passed", skipped: "passed", rewritten: "passed", fix: "failed" })
    const head = runs({ deleted: "failed", skipped: "passed", rewritten: "failed", fix: "passed" })
    const onHead = runs({ skipped: "skipped", rewritten: "passed", fix: "passed" })
    const { verdict, own } = compareTests({ base, head, own: { onBase: runs({}), onHead } })
    assert.strictEqual(verdict, "broken")
    assert.deepStrictEqual([own?.removed, own?.skipped, own?.hidden], [["deleted"], ["skipped"], ["deleted", "rewritten"]])
  })

  it("verifies nothing that was not understood, did not end well, or lost tests, and says why", () => {
    const [base, fixed] = [runs({ a: "passed", fix: "failed" }), runs({ a: "passed", fix: "passed" })]
    const changed = (change: Partial<Runs[number]>) => fixed.map((one) => ({ ...one, ...change }))
    assert.deepStrictEqual(compareTests({ base, head: fixed, own: null }).doubts, [])
    for (const [head, why] of [
      [changed({ unread: ["odd"] }), "head: not understood: odd"],
      [changed({ exitCode: 1 }), "the tests ended with exit code 1"],
      [changed({ exitCode: undefined }), "the tests did not end"]
    ] as const) {
      const { doubts, verdict } = compareTests({ base, head, own: null })
      assert.deepStrictEqual([verdict, doubts], ["unproven", [why]])
    }
    const own = compareTests({ base: runs({ a: "passed", b: "failed", fix: "failed" }), head: fixed, own: { onBase: base, onHead: fixed } })
    assert.deepStrictEqual([own.verdict, own.doubts], ["unproven", ["tests are removed: b"]])
    const skipping = compareTests({ base: runs({ a: "passed", fix: "failed" }), head: runs({ a: "passed", fix: "skipped" }), own: null })
    assert.strictEqual(skipping.verdict, "unproven")
    const again = compareTests({ base, head: changed({ flaky: new Set(["fix"]) }), own: null })
    assert.deepStrictEqual([again.verdict, again.flaky], ["unproven", ["fix"]])
  })

  it("says nothing where nothing ran", () => {
    assert.strictEqual(compareTests({ base: runs({}), head: runs({}), own: null }).verdict, "unknown")
    assert.strictEqual(compareTests({ base: [], head: [], own: null }).verdict, "unknown")
    assert.strictEqual(compareTests({ base: runs({ a: "passed" }), head: runs({}), own: null }).verdict, "broken")
  })
})

describe("a repository's files", () => {
  it("are tests, settings of their runner, or not", () => {
    for (const path of [
      "tests/a.py",
      "pkg/test_a.py",
      "a_test.go",
      "src/a.test.tsx",
      "src/__tests__/a.js",
      "conftest.py",
      "src/test/java/ATest.java",
      "vitest.config.ts",
      "a/testdata/x.json"
    ])
      assert.isTrue(isTestFile(path), path)
    for (const path of ["src/a.py", "contest.py", "src/latest.js", "attest/a.go", "package.json", "src/main/java/A.java"])
      assert.isFalse(isTestFile(path), path)
    for (const path of ["package.json", "a/Cargo.lock", "go.sum", "requirements-dev.txt"]) assert.isTrue(isDependencyFile(path), path)
    assert.isFalse(isDependencyFile("src/package.ts"))
  })

  it("tell how the tests run", () => {
    const plan = (files: Readonly<Record<string, string>>) =>
      planFor({ all: Object.keys(files), has: (path) => path in files, read: (path) => files[path] ?? "" })
    assert.strictEqual(plan({ "go.mod": "module m", "a_test.go": "" })?.ecosystem, "go")
    assert.isNull(plan({ "go.mod": "module m", "a_test.go": "" })?.fetch)
    assert.include(plan({ "go.mod": "module m\nrequire x v1.0.0\n" })?.fetch, "go mod download")
    assert.strictEqual(plan({ "package.json": '{"scripts":{"test":"jest"}}', "pnpm-lock.yaml": "" })?.ecosystem, "pnpm")
    assert.strictEqual(plan({ "package.json": "not JSON", "tests/test_a.py": "" })?.ecosystem, "pytest")
    assert.strictEqual(plan({ "test_a.py": "" })?.ecosystem, "pytest")
    assert.include(
      plan({ "pyproject.toml": "[project]\ndependencies = [\"six>=1; python_version < '4'\"]", "test_a.py": "" })?.fetch,
      `'six>=1; python_version < '\\''4'\\'''`
    )
    const pom = "<project><dependencies><dependency><artifactId>junit-jupiter</artifactId></dependency></dependencies></project>"
    const python = (files: Readonly<Record<string, string>>) => {
      const fetch = plan({ ...files, "test_a.py": "" })?.fetch ?? ""
      return [...(fetch.split(" pytest ")[1] ?? "").matchAll(/'([^']*)'/g)].map(([, one]) => one)
    }
    const poetry = `[tool.poetry.dependencies]
python = "^3.9"
attrs = "^23.1.0"
click = { version = "~8.1", extras = ["x", "y"] }
rich = { version = "*", optional = true }
early = "^0.3"
range = ">=1,<3, !=2.1"
exact = "1.2"
near = { path = "../near" }
odd = "1.2 || 2.0"
[tool.poetry.group.test.dependencies]
pytest-mock = "3.*"
six = { version = "*", markers = "os_name != \\"nt\\"" }
[tool.poetry.group.docs.dependencies]
sphinx = "*"`
    assert.deepStrictEqual(python({ "pyproject.toml": poetry }), [
      "attrs>=23.1.0,<24",
      "click[x,y]>=8.1,<8.2",
      "early>=0.3,<0.4",
      "range>=1,<3,!=2.1",
      "exact==1.2",
      "pytest-mock==3.*",
      'six ; os_name != "nt"'
    ])
    const groups = `[dependency-groups]\ntests = ["a", { include-group = "base" }, { include-group = "tests" }]\nbase = ["b<2"]\ndocs = ["c"]
[tool.uv]\ndev-dependencies = ["d"]\n[tool.pdm.dev-dependencies]\ntest = ["e", "-e file:///x"]`
    assert.deepStrictEqual(python({ "pyproject.toml": groups }), ["a", "b<2", "e", "d"])
    const cfg = `[metadata]\nname = x\n[options]\ninstall_requires =\n    a>=1 ; python_version > "3"\n    # no\n    b\ntests_require = c; d\n[options.extras_require]
test =\n  e[x]~=1.0\ndocs = f\n[tool:pytest]\naddopts = -q\n`
    assert.deepStrictEqual(python({ "setup.cfg": cfg }), ['a>=1 ; python_version > "3"', "b", "c", "d", "e[x]~=1.0"])
    assert.deepStrictEqual(python({ "pyproject.toml": "[tool.poetry]\ndependencies = 3\n[project]\ndependencies = {}" }), [])
    const maven = plan({
      "pom.xml": "<project><packaging>pom</packaging></project>",
      "core/pom.xml": pom,
      "package.json": "{}",
      "src/it/pom.xml": pom
    })
    assert.deepStrictEqual([maven?.ecosystem, maven?.fetchFiles], ["maven", ["pom.xml", "core/pom.xml"]])
    assert.include(maven?.fetch, "'core/src/test/java/EmptyTest.java'")
    assert.include(maven?.fetch, "org.junit.jupiter.api.Test")
    const gradle = plan({
      "settings.gradle.kts": "",
      "app/build.gradle.kts": "",
      gradlew: "",
      "gradle/libs.versions.toml": "",
      "app/src/A.kt": ""
    })
    assert.deepStrictEqual(
      [gradle?.ecosystem, gradle?.fetchFiles, gradle?.tools],
      ["gradle", ["settings.gradle.kts", "app/build.gradle.kts", "gradlew", "gradle/libs.versions.toml"], ["java"]]
    )
    assert.match(gradle?.command ?? "", /sh \.\/gradlew --offline .* test;.*build\/test-results\/test/)
    assert.isUndefined(plan({ "README.md": "" }))
  })

  it("get a report into JavaScript's test scripts", () => {
    assert.strictEqual(nodeCommand("eslint . && jest --ci"), `: && jest --ci --json --outputFile="$REPORT"`)
    assert.match(
      nodeCommand("node --import tsx --test src/**/*.test.ts"),
      /^node --test-reporter=junit --test-reporter-destination="\$REPORT" --import tsx --test /
    )
    assert.match(nodeCommand("vitest run"), /^vitest run --run --reporter=json/)
    assert.strictEqual(nodeCommand("./check.sh"), "./check.sh")
  })
})
