/**
 * Parses test reports: JUnit XML, the JSON of Jest, Vitest, Mocha and `go test -json`, TAP, and the text of `cargo test` and `cargo nextest`. Untrusted code
 * writes them: anything in no known form is no test, and every parser takes linear time.
 */
import { stripVTControlCharacters } from "node:util"
import { Option, Schema } from "effect"
import type { TestOutcome, TestReport } from "../../domain/quality/TestOutcome.ts"
import { readJUnit } from "./reports/junit.ts"
import { LONGEST_NAME, linesOf, Tests } from "./reports/Tests.ts"

const Jest = Schema.Struct({
  numTotalTests: Schema.optional(Schema.Number),
  success: Schema.optional(Schema.Boolean),
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
  stats: Schema.optional(Schema.Struct({ tests: Schema.optional(Schema.Number) })),
  passes: Schema.Array(MochaTest),
  failures: Schema.Array(MochaTest),
  pending: Schema.Array(MochaTest)
})

const WORK = "/box/work/"
const below = (file: string): string => (file.startsWith(WORK) ? file.slice(WORK.length) : file)

const JEST_STATES: Readonly<Record<string, TestOutcome>> = {
  passed: "passed",
  failed: "failed",
  pending: "skipped",
  skipped: "skipped",
  todo: "skipped",
  disabled: "skipped"
}

const readJest = ({ numTotalTests, success, testResults }: typeof Jest.Type): TestReport => {
  const tests = new Tests()
  let [count, hasFailed] = [0, false]
  for (const { name, status, assertionResults } of testResults) {
    const outcomes = assertionResults.map((one) => JEST_STATES[one.status])
    // A file that cannot be loaded has no tests, and one whose hooks or handles fail has none that failed.
    if (status === "failed" && !outcomes.includes("failed")) tests.add(below(name), "failed")
    else if (status === "passed") tests.add(below(name), "passed")
    hasFailed ||= status === "failed" || outcomes.includes("failed")
    count += outcomes.length
    for (const [index, { fullName, status: state }] of assertionResults.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) tests.leave(`status "${state}" of a test`)
      tests.add(`${below(name)}::${fullName}`, outcome ?? "failed")
    }
  }
  if (numTotalTests !== undefined && numTotalTests !== count) tests.leave(`it counts ${numTotalTests} tests and has ${count}`)
  if (success === false && !hasFailed) tests.leave("it says that the run failed, and no test did")
  return tests
}

const readMocha = (report: typeof Mocha.Type): TestReport => {
  const tests = new Tests()
  const lists = [
    [report.failures, "failed"],
    [report.passes, "passed"],
    [report.pending, "skipped"]
  ] as const
  for (const [list, outcome] of lists)
    for (const { fullTitle, file } of list) tests.add(`${below(file ?? "")}${file ? "::" : ""}${fullTitle}`, outcome)
  const counted = report.stats?.tests
  if (counted !== undefined && counted > tests.tests.size) tests.leave(`it counts ${counted} tests and has ${tests.tests.size}`)
  return tests
}

const GoEvent = Schema.parseJson(
  Schema.Struct({
    Action: Schema.String,
    Package: Schema.optional(Schema.String),
    Test: Schema.optional(Schema.String),
    FailedBuild: Schema.optional(Schema.String)
  })
)
const decodeGoEvent = Schema.decodeUnknownOption(GoEvent)
const GO_OUTCOMES: Readonly<Record<string, TestOutcome>> = { pass: "passed", fail: "failed", skip: "skipped" }
/** https://pkg.go.dev/cmd/test2json */
const GO_ACTIONS: ReadonlySet<string> = new Set([
  "start",
  "run",
  "pause",
  "cont",
  "bench",
  "output",
  "attr",
  "artifacts",
  "build-output",
  "build-fail"
])

const readGo = (text: string): TestReport => {
  const tests = new Tests()
  const begun = new Set<string>()
  /** Whether a test failed, of each package that has no outcome of its own so far. */
  const packages = new Map<string, boolean>()
  for (const line of linesOf(text)) {
    if (line === "") continue
    const event = line.startsWith("{") ? Option.getOrUndefined(decodeGoEvent(line)) : undefined
    if (event === undefined) {
      tests.leave(line)
      continue
    }
    const { Action, Package = "", Test } = event
    const outcome = GO_OUTCOMES[Action]
    if (outcome === undefined) {
      if (!GO_ACTIONS.has(Action)) tests.leave(`the action "${Action}"`)
      if (Action === "run" && Test !== undefined) begun.add(`${Package}::${Test}`)
    } else if (Test !== undefined) {
      packages.set(Package, packages.get(Package) === true || outcome === "failed")
      begun.delete(`${Package}::${Test}`)
      tests.add(`${Package}::${Test}`, outcome)
    }
    // A package that cannot be built, or that leaks, fails although none of its tests does.
    else {
      if (outcome !== "failed" || packages.get(Package) !== true) tests.add(Package, outcome)
      packages.delete(Package)
    }
  }
  for (const [name, hasFailed] of packages) if (!hasFailed) tests.add(name, "passed")
  // They hung, or their program ended.
  for (const name of begun) tests.add(name, "failed")
  return tests
}

const TEST_LINE = /^(not )?ok\b *\d* *(?:- )?/i
const SUBTEST = /^# Subtest: (.*)$/
/** Deeper subtests are ignored. */
const DEEPEST_SUBTEST = 10
const INDENT = /^(?: {4})*/
/** After a test's title: a directive, or node-tap's duration. */
const AFTER_TITLE = /# *(?:(skip|todo)\b|time=)/i

/** TAP 12 to 14. TAP 14 indents subtests and announces each with a line that has its name. An indented, unannounced test point is an assertion of its test. */
const readTap = (text: string): TestReport => {
  const tests = new Tests()
  let planned: number | undefined
  let points = 0
  /** The announced names by depth. */
  const open: Array<string> = []
  for (const whole of linesOf(text)) {
    const indent = INDENT.exec(whole)?.[0].length ?? 0
    const depth = indent / 4
    const line = whole.slice(indent)
    if (depth > DEEPEST_SUBTEST) continue
    const [, announced] = SUBTEST.exec(line) ?? []
    if (announced !== undefined) open.splice(Math.min(depth, open.length), open.length, announced.trim().slice(0, LONGEST_NAME))
    if (/^bail out!/i.test(line)) {
      tests.add("the whole run", "failed")
      tests.leave(line)
    }
    const plan = depth === 0 ? /^1\.\.(\d{1,9})\b/.exec(line) : null
    if (plan !== null) planned = (planned ?? 0) + Number(plan[1])
    const test = TEST_LINE.exec(line)
    if (test === null) continue
    if (depth === 0) points++
    const said = line.slice(test[0].length)
    const after = AFTER_TITLE.exec(said)
    const outcome = after?.[1] !== undefined ? "skipped" : test[1] === undefined ? "passed" : "failed"
    const title = said.slice(0, after?.index).trim()
    const isTest = depth === 0 || open.length > depth || (open.length === depth && outcome === "skipped")
    if (isTest) tests.add([...open.slice(0, depth), title].join(" > "), outcome)
    open.length = Math.min(open.length, depth)
  }
  if (planned !== undefined && planned !== points) tests.leave(`its plan has ${planned} tests, and ${points} ran`)
  return tests
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
const readCargo = (text: string): TestReport => {
  const tests = new Tests()
  let [announced, ended] = [0, 0]
  const docTests: Array<DocTest> = []
  let place = ""
  for (const line of linesOf(text)) {
    const started = /^\s*(?:Running (?:unittests )?(\S+) \(|Doc-tests (\S+))/.exec(line)
    if (started !== null) place = started[1] ?? `doc-tests ${started[2]}`
    const running = /^running (\d{1,9}) tests?$/.exec(line)
    if (running !== null) announced += Number(running[1])
    const test = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b/.exec(line)
    if (test === null) {
      if (/^test .+ \.\.\. /.test(line) && !/ \.\.\. bench:/.test(line)) tests.leave(line)
      continue
    }
    ended++
    const [, name = "", result] = test
    const outcome = result === "ok" ? "passed" : result === "FAILED" ? "failed" : "skipped"
    const example = place.startsWith("doc-tests ") ? /^(.+) \(line (\d+)\)/.exec(name) : null
    if (example === null) tests.add(`${place}::${name}`, outcome)
    else docTests.push({ item: `${place}::${example[1]}`, line: Number(example[2]), outcome })
  }
  addDocTests(tests, docTests)
  if (announced > ended) tests.leave(`${announced} tests began, and ${ended} ended`)
  return tests
}

/** Status, time, a counter in some versions, binary and test. */
const NEXTEST_LINE = /^ *([A-Z][A-Z0-9 +/-]*) \[ *(?:[\d.]+s)?\] (?:\([ \d/]+\) )?(\S+) (\S.*)$/

const NEXTEST_STATES = /^(?:TRY \d+ )?(?:PASS|SLOW|LEAK|FLAKY.*|FAIL.*|LEAK-FAIL|TIMEOUT|TMT|ABORT|SIG[A-Z0-9]+|SKIP)$/

/** The output of `cargo nextest`. Of several lines for a test (retries, the final summary) the last one counts; what passed only again is flaky. */
const readNextest = (text: string): TestReport => {
  const tests = new Tests()
  const last = new Map<string, TestOutcome>()
  const again = new Set<string>()
  for (const line of linesOf(text)) {
    const [, status = "", binary, name] = NEXTEST_LINE.exec(line) ?? []
    if (name === undefined) continue
    if (!NEXTEST_STATES.test(status)) tests.leave(line)
    const outcome = status === "SKIP" ? "skipped" : /PASS$|^SLOW|^FLAKY|^LEAK$/.test(status) ? "passed" : "failed"
    const test = `${binary}::${name}`
    if (status.startsWith("FLAKY") || (outcome === "passed" && last.get(test) === "failed")) again.add(test)
    last.set(test, outcome)
  }
  for (const [name, outcome] of last) tests.add(name, outcome, again.has(name))
  return tests
}

const decodeJest = Schema.decodeUnknownOption(Schema.parseJson(Jest))
const decodeMocha = Schema.decodeUnknownOption(Schema.parseJson(Mocha))

const readOne = (text: string): TestReport => {
  const start = text.trimStart()
  if (start.startsWith("<")) return readJUnit(text)
  if (start.startsWith("{")) {
    const jest = Option.map(decodeJest(text), readJest)
    const found = Option.orElse(jest, () => Option.map(decodeMocha(text), readMocha))
    return Option.getOrElse(found, () => readGo(text))
  }
  const plain = stripVTControlCharacters(text)
  if (/^test .+ \.\.\. /m.test(plain)) return readCargo(plain)
  if (/^ *Nextest run ID /m.test(plain)) return readNextest(plain)
  return /^\{"/m.test(plain) ? readGo(plain) : readTap(plain)
}

/** Separates two reports of one run, which may have different forms. */
export const BETWEEN_REPORTS = "\n\u001e\n"

const decoded = (bytes: Uint8Array, label: Bun.Encoding | "utf-16be"): string | undefined => {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** A report's text. Windows' shells write UTF-16, and older tools their country's letters: one byte each. */
const textOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  const isBigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
  const isLittleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const wide = isBigEndian ? decoded(bytes, "utf-16be") : isLittleEndian ? decoded(bytes, "utf-16le") : undefined
  return wide ?? decoded(bytes, "utf-8") ?? new TextDecoder("latin1").decode(bytes)
}

/** The tests in a run's reports. Empty without tests. */
export const readTestReport = (bytes: Uint8Array): TestReport => {
  const text = textOf(bytes)
  const tests = new Tests()
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(BETWEEN_REPORTS, start)
    tests.addAll(readOne(text.slice(start, end < 0 ? text.length : end)))
    start = end < 0 ? text.length : end + BETWEEN_REPORTS.length
  }
  return tests
}
