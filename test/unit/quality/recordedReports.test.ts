/**
 * The output of today's test runners, recorded from runs of a few small tests with every outcome, started by our plans. Paths are those in a sandbox;
 * stack traces are shortened.
 */
import { execFileSync } from "node:child_process"
import { copyFileSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { nodeCommand } from "../../../src/quality/verify/nodeScripts.ts"
import { BETWEEN_REPORTS, readTestReport } from "../../../src/rules/quality/testReports.ts"
import { folder as scratch } from "../../support/folder.ts"

const folder = join(import.meta.dirname, "../../support/quality/reports")
const textOf = (name: string) => readFileSync(join(folder, name), "utf8")
const read = (text: string) => Object.fromEntries(readTestReport(new TextEncoder().encode(text)).tests)

/** The same tests for every JavaScript runner. */
const outcomes = (place: string, ...more: ReadonlyArray<string>) => ({
  [`${place}passes`]: "passed",
  [`${place}fails`]: "failed",
  [`${place}skips`]: "skipped",
  [`${place}later`]: "skipped",
  ...Object.fromEntries(more.map((name) => [`${place}${name}`, "passed"]))
})

const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ava-8.1.tap": {
    ...outcomes("a › ", "expected to fail"),
    "a › fails # with hash": "failed",
    "b › passes": "passed",
    "b › in b": "passed"
  },
  "bun-1.4.xml": outcomes("a.test.ts::group > ", "expected to fail", "inner > deep"),
  "go-1.26.events": {
    "example.test/g/bad": "failed",
    "example.test/g/ok::TestA": "failed",
    "example.test/g/ok::TestA/sub": "passed",
    "example.test/g/ok::TestA/bad_sub": "failed",
    "example.test/g/ok::TestSkip": "skipped",
    "example.test/g/ok::FuzzX": "passed",
    "example.test/g/ok::FuzzX/seed#0": "passed"
  },
  "jest-30.5.json": {
    ...outcomes("a.test.cjs::group ", "each 1", "expected to fail"),
    "a.test.cjs::group each 2": "failed",
    "b.test.cjs": "failed"
  },
  "mocha-12.0.json": {
    ...outcomes("a.cjs::group ", "flaky"),
    'a.cjs::group hooked "before all" hook for "never"': "failed"
  },
  "node-20.20.xml": {
    ...outcomes("test::group > "),
    "test::parent > child ok": "passed",
    "test::parent > child bad": "failed",
    "test::/box/work/b.test.mjs": "failed"
  },
  "pytest-9.2.xml": {
    ...Object.fromEntries(
      ["passes", "xpass", "each[1]", "each[x<y>\\x1b]", "each[\\ufffe]"].map((name) => [`test_a.py::test_${name}`, "passed"])
    ),
    ...Object.fromEntries(["skips", "xfail"].map((name) => [`test_a.py::test_${name}`, "skipped"])),
    ...Object.fromEntries(["fails", "xpass_strict", "teardown", "subtests"].map((name) => [`test_a.py::test_${name}`, "failed"])),
    "test_a.py::TestC::test_m": "passed",
    "test_a.py::U::test_sub": "failed",
    "test_b.py::test_b": "failed"
  },
  "tap-21.8.tap": {
    ...outcomes("t/a.test.mjs > "),
    "t/a.test.mjs": "failed",
    "t/b.test.mjs > passes": "passed",
    "t/b.test.mjs": "passed"
  },
  "vitest-5.1.json": {
    ...outcomes("a.test.ts::group ", "each 1", "flaky", "expected to fail"),
    "a.test.ts::group each 2": "failed",
    "a.test.ts::group skips inside": "skipped",
    "a.test.ts::top": "passed",
    "b.test.ts": "failed"
  }
}

describe("reports of today's runners", () => {
  it("are all recorded here", () => assert.deepStrictEqual(readdirSync(folder).toSorted(), Object.keys(EXPECTED).toSorted()))

  for (const [name, expected] of Object.entries(EXPECTED))
    it(`are read: ${name}`, () => assert.deepStrictEqual(read(textOf(name)), { ...expected }))

  it("are one report where a script runs several runners", () => {
    const names = Object.keys(EXPECTED)
    const together = Object.assign({}, ...Object.values(EXPECTED))
    assert.deepStrictEqual(read(names.map((name) => `${textOf(name)}${BETWEEN_REPORTS}`).join("")), together)
  })

  it.scoped("are put together by the plan of such a script, without those that were not written", () =>
    Effect.gen(function* () {
      const place = yield* scratch
      const [root] = [{ folder: ".", name: "", scripts: {}, dependencies: [] }]
      const { command } = nodeCommand([root], "mocha && vitest run && ava")
      for (const [at, name] of ["mocha-12.0.json", "vitest-5.1.json"].entries())
        copyFileSync(join(folder, name), join(place, `report-${at + 1}`))
      const last = command.split("\n").at(-1)?.replaceAll("/box/tmp", place) ?? ""
      execFileSync("sh", ["-c", last], { env: { ...process.env, REPORT: join(place, "all") } })
      assert.deepStrictEqual(read(readFileSync(join(place, "all"), "utf8")), {
        ...EXPECTED["mocha-12.0.json"],
        ...EXPECTED["vitest-5.1.json"]
      })
    })
  )

  it("tell tests of one name apart by their groups, and stay short however deep these are", () => {
    const suite = (name: string, inside: string) => `<testsuite name="${name}">${inside}</testsuite>`
    const node = (name: string, failed = false) => `<testcase name="${name}" classname="test">${failed ? "<failure/>" : ""}</testcase>`
    assert.deepStrictEqual(read(`<testsuites>${suite("a", node("same"))}${suite("b", node("same", true))}${node("same")}</testsuites>`), {
      "test::a > same": "passed",
      "test::b > same": "failed",
      "test::same": "passed"
    })
    assert.deepStrictEqual(read(suite("a.CalcTest", '<testcase name="adds" classname="a.CalcTest"/>')), { "a.CalcTest::adds": "passed" })
    const deep = `${'<testsuite name="deep">'.repeat(10_000)}${node("at the end")}`
    assert.deepStrictEqual(
      Object.keys(read(deep)).map(({ length }) => length),
      [500]
    )
    const [inTap = ""] = Object.keys(
      read(`${Array.from({ length: 20 }, (_, at) => `${"    ".repeat(at)}# Subtest: deep\n`).join("")}ok 1 - end`)
    )
    assert.strictEqual(inTap, "end")
  })
})
