/**
 * Parses test reports: JUnit XML, the JSON of Jest, Vitest, Mocha and `go test -json`, TAP, and the text of `cargo test` and `cargo nextest`. Untrusted code
 * writes them: anything in no known form is no test, and every parser takes linear time.
 */
import { Option, Schema } from "effect"
import { SaxesParser } from "saxes"
import type { TestOutcome, TestRun } from "../../domain/quality/TestOutcome.ts"

/** Longer names are cut and further tests ignored, so that a hostile report cannot fill memory or pages. */
const LONGEST_NAME = 500
const MOST_TESTS = 200_000

class Tests {
  readonly outcomes = new Map<string, TestOutcome>()

  addAll(run: TestRun): void {
    for (const [name, outcome] of run) this.add(name, outcome)
  }

  /** Of two tests with the same name, failed takes precedence over passed, and passed over skipped. */
  add(name: string, outcome: TestOutcome): void {
    const kept = name.trim().slice(0, LONGEST_NAME)
    if (kept === "" || (this.outcomes.size >= MOST_TESTS && !this.outcomes.has(kept))) return
    const before = this.outcomes.get(kept)
    if (before === "failed" || (before === "passed" && outcome === "skipped")) return
    this.outcomes.set(kept, outcome)
  }
}

/** Child elements of a JUnit `testcase` that mark another outcome than passed. */
const OUTCOMES: ReadonlyMap<string, TestOutcome> = new Map([
  ["failure", "failed"],
  ["error", "failed"],
  ["rerunFailure", "failed"],
  ["skipped", "skipped"]
])

/** Names of the open `testsuite` elements: all, and those nested in another. */
interface Suites {
  readonly all: string
  readonly inner: string
}

const NO_SUITES: Suites = { all: "", inner: "" }
const nestedName = (outer: string, name: string): string => `${outer}${outer === "" ? "" : " > "}${name}`.slice(0, LONGEST_NAME)

/**
 * A test's name from the attributes of pytest, Node, Bun, nextest, Maven or Gradle. A nested suite is a group of tests. Node has no suite per file, so each
 * of its suites is a group; its class is always "test".
 */
const nameOf = ({ file = "", classname = "", name = "" }: Readonly<Record<string, string>>, { all, inner }: Suites): string => {
  const place = file || classname
  const inClass = file === "" ? "" : (classname.split(".").at(-1) ?? "")
  // pytest's `classname` repeats the module; only a class within it distinguishes tests.
  const group = /^[A-Z]/.test(inClass) ? `${inClass}::` : ""
  return [place, nestedName(file === "" && classname === "test" ? all : inner, `${group}${name}`)].filter((part) => part !== "").join("::")
}

/** JUnit XML, or several such documents in sequence. Runners write characters that XML forbids, so parser errors are ignored. Entity declarations are not read. */
const readJUnit = (text: string): TestRun => {
  const tests = new Tests()
  let current: { readonly name: string; outcome: TestOutcome; isToDo: boolean } | undefined
  const suites: Array<Suites> = []
  const close = () => {
    if (current !== undefined) tests.add(current.name, current.isToDo ? "skipped" : current.outcome)
    current = undefined
  }
  const parser = new SaxesParser<{ xmlns: false; fragment: true; position: false }>({ xmlns: false, fragment: true, position: false })
  parser.on("error", () => undefined)
  // Without this handler, the parser takes an unmatched end tag for a part of the next attribute.
  parser.on("text", () => undefined)
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "testcase") {
      close()
      current = { name: nameOf(attributes, suites.at(-1) ?? NO_SUITES), outcome: "passed", isToDo: false }
    } else if (name === "testsuite") {
      const outer = suites.at(-1)
      const own = attributes.name ?? ""
      suites.push({ all: nestedName(outer?.all ?? "", own), inner: outer === undefined ? "" : nestedName(outer.inner, own) })
    } else if (current !== undefined) {
      current.outcome = OUTCOMES.get(name) ?? current.outcome
      // Node reports a todo test as skipped and also as failed.
      current.isToDo ||= name === "skipped" && attributes.type === "todo"
    }
  })
  parser.on("closetag", ({ name }) => {
    if (name === "testcase") close()
    if (name === "testsuite") suites.pop()
  })
  parser.write(text).close()
  close()
  return tests.outcomes
}

const Jest = Schema.Struct({
  testResults: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      status: Schema.optional(Schema.String),
      assertionResults: Schema.Array(Schema.Struct({ fullName: Schema.String, status: Schema.String }))
    })
  )
})
const MochaTest = Schema.Struct({ fullTitle: Schema.String, file: Schema.optional(Schema.NullOr(Schema.String)) })
const Mocha = Schema.Struct({
  passes: Schema.Array(MochaTest),
  failures: Schema.Array(MochaTest),
  pending: Schema.Array(MochaTest)
})

const WORK = "/box/work/"
const below = (file: string): string => (file.startsWith(WORK) ? file.slice(WORK.length) : file)

const readJest = ({ testResults }: typeof Jest.Type): TestRun => {
  const tests = new Tests()
  for (const { name, status, assertionResults } of testResults) {
    // A file that cannot be loaded has no tests.
    if (status === "failed" && assertionResults.length === 0) tests.add(below(name), "failed")
    for (const { fullName, status } of assertionResults)
      tests.add(`${below(name)}::${fullName}`, status === "passed" ? "passed" : status === "failed" ? "failed" : "skipped")
  }
  return tests.outcomes
}

const readMocha = (report: typeof Mocha.Type): TestRun => {
  const tests = new Tests()
  const lists = [
    [report.failures, "failed"],
    [report.passes, "passed"],
    [report.pending, "skipped"]
  ] as const
  for (const [list, outcome] of lists)
    for (const { fullTitle, file } of list) tests.add(`${below(file ?? "")}${file ? "::" : ""}${fullTitle}`, outcome)
  return tests.outcomes
}

const GoEvent = Schema.parseJson(
  Schema.Struct({
    Action: Schema.String,
    Package: Schema.String,
    Test: Schema.optional(Schema.String),
    FailedBuild: Schema.optional(Schema.String)
  })
)
const decodeGoEvent = Schema.decodeUnknownOption(GoEvent)
const GO_OUTCOMES: Readonly<Record<string, TestOutcome>> = { pass: "passed", fail: "failed", skip: "skipped" }

/** A generator, because an array of the lines may take many times the text's memory. */
function* linesOf(text: string): Iterable<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start)
    yield text.slice(start, end < 0 ? text.length : end).trimEnd()
    start = end < 0 ? text.length : end + 1
  }
}

const readGo = (text: string): TestRun => {
  const tests = new Tests()
  for (const line of linesOf(text)) {
    if (!line.startsWith("{")) continue
    const event = Option.getOrUndefined(decodeGoEvent(line))
    const outcome = event === undefined ? undefined : GO_OUTCOMES[event.Action]
    if (event === undefined || outcome === undefined) continue
    if (event.Test !== undefined) tests.add(`${event.Package}::${event.Test}`, outcome)
    // A package that cannot be built has no tests.
    else if (event.FailedBuild !== undefined) tests.add(event.Package, outcome)
  }
  return tests.outcomes
}

const TEST_LINE = /^(not )?ok\b *\d* *(?:- )?/i
const SUBTEST = /^# Subtest: (.*)$/
/** Deeper subtests are ignored. */
const DEEPEST_SUBTEST = 10
const INDENT = /^(?: {4})*/
/** After a test's title: a directive, or node-tap's duration. */
const AFTER_TITLE = /# *(?:(skip|todo)\b|time=)/i

/** TAP 12 to 14. TAP 14 indents subtests and announces each with a line that has its name. An indented, unannounced test point is an assertion of its test. */
const readTap = (text: string): TestRun => {
  const tests = new Tests()
  /** The announced names by depth. */
  const open: Array<string> = []
  for (const whole of linesOf(text)) {
    const indent = INDENT.exec(whole)?.[0].length ?? 0
    const depth = indent / 4
    const line = whole.slice(indent)
    if (depth > DEEPEST_SUBTEST) continue
    const [, announced] = SUBTEST.exec(line) ?? []
    if (announced !== undefined) open.splice(Math.min(depth, open.length), open.length, announced.trim().slice(0, LONGEST_NAME))
    const test = TEST_LINE.exec(line)
    if (test === null) continue
    const said = line.slice(test[0].length)
    const after = AFTER_TITLE.exec(said)
    const outcome = after?.[1] !== undefined ? "skipped" : test[1] === undefined ? "passed" : "failed"
    const title = said.slice(0, after?.index).trim()
    const isTest = depth === 0 || open.length > depth || (open.length === depth && outcome === "skipped")
    if (isTest) tests.add([...open.slice(0, depth), title].join(" > "), outcome)
    open.length = Math.min(open.length, depth)
  }
  return tests.outcomes
}

/** A doc test as `cargo test` names it: an item and the line at which the example begins. */
interface DocTest {
  readonly item: string
  readonly line: number
  readonly outcome: TestOutcome
}

/** Gives doc tests names that survive added lines above them: an item's examples are numbered in order. */
const addDocTests = (tests: Tests, found: ReadonlyArray<DocTest>) => {
  const counts = new Map<string, number>()
  for (const { item, outcome } of found.toSorted((a, b) => a.line - b.line)) {
    const count = (counts.get(item) ?? 0) + 1
    counts.set(item, count)
    tests.add(`${item} (example ${count})`, outcome)
  }
}

/** The output of `cargo test` including standard error, which names the binary of each block of tests. */
const readCargo = (text: string): TestRun => {
  const tests = new Tests()
  const docTests: Array<DocTest> = []
  let place = ""
  for (const line of linesOf(text)) {
    const started = /^\s*(?:Running (?:unittests )?(\S+) \(|Doc-tests (\S+))/.exec(line)
    if (started !== null) place = started[1] ?? `doc-tests ${started[2]}`
    const test = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b/.exec(line)
    if (test === null) continue
    const [, name = "", result] = test
    const outcome = result === "ok" ? "passed" : result === "FAILED" ? "failed" : "skipped"
    const example = place.startsWith("doc-tests ") ? /^(.+) \(line (\d+)\)/.exec(name) : null
    if (example === null) tests.add(`${place}::${name}`, outcome)
    else docTests.push({ item: `${place}::${example[1]}`, line: Number(example[2]), outcome })
  }
  addDocTests(tests, docTests)
  return tests.outcomes
}

/** Status, time, a counter in some versions, binary and test. */
const NEXTEST_LINE = /^ *([A-Z][A-Z0-9 +/-]*) \[ *(?:[\d.]+s)?\] (?:\([ \d/]+\) )?(\S+) (\S.*)$/

/** The output of `cargo nextest`. Of several lines for a test (retries, the final summary) the last one counts. */
const readNextest = (text: string): TestRun => {
  const last = new Map<string, TestOutcome>()
  for (const line of linesOf(text)) {
    const [, status = "", binary, name] = NEXTEST_LINE.exec(line) ?? []
    if (name === undefined) continue
    const outcome = status === "SKIP" ? "skipped" : /PASS$|^SLOW|^FLAKY|^LEAK$/.test(status) ? "passed" : "failed"
    last.set(`${binary}::${name}`, outcome)
  }
  const tests = new Tests()
  for (const [name, outcome] of last) tests.add(name, outcome)
  return tests.outcomes
}

const decodeJest = Schema.decodeUnknownOption(Schema.parseJson(Jest))
const decodeMocha = Schema.decodeUnknownOption(Schema.parseJson(Mocha))

const readOne = (text: string): TestRun => {
  const start = text.trimStart()
  if (start.startsWith("<")) return readJUnit(text)
  if (start.startsWith("{")) {
    const jest = Option.map(decodeJest(text), readJest)
    const found = Option.orElse(jest, () => Option.map(decodeMocha(text), readMocha))
    return Option.getOrElse(found, () => readGo(text))
  }
  if (/^test .+ \.\.\. /m.test(text)) return readCargo(text)
  if (/^ *Nextest run ID /m.test(text)) return readNextest(text)
  return /^\{"/m.test(text) ? readGo(text) : readTap(text)
}

/** Separates two reports of one run, which may have different forms. */
export const BETWEEN_REPORTS = "\n\u001e\n"

/** The tests in a run's reports. Empty without tests. */
export const readTestReport = (bytes: Uint8Array): TestRun => {
  const text = new TextDecoder("utf-8").decode(bytes)
  const tests = new Tests()
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(BETWEEN_REPORTS, start)
    tests.addAll(readOne(text.slice(start, end < 0 ? text.length : end)))
    start = end < 0 ? text.length : end + BETWEEN_REPORTS.length
  }
  return tests.outcomes
}
