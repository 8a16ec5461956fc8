/**
 * Reads the reports of test runners: JUnit's XML, the JSON of Jest, Vitest, Mocha and `go test -json`, TAP, and the text of `cargo test`. Reports come from
 * untrusted code: whatever has no known form is no test.
 */
import { Option, Schema } from "effect"
import type { TestOutcome, TestRun } from "../../domain/quality/TestOutcome.ts"

/** Longer names are cut, and further tests ignored: a hostile report must not fill memory or pages. */
const LONGEST_NAME = 500
const MOST_TESTS = 200_000

class Tests {
  readonly outcomes = new Map<string, TestOutcome>()

  /** Of two tests with one name, a failed one counts, then a passed one. */
  add(name: string, outcome: TestOutcome): void {
    const kept = name.trim().slice(0, LONGEST_NAME)
    if (kept === "" || (this.outcomes.size >= MOST_TESTS && !this.outcomes.has(kept))) return
    const before = this.outcomes.get(kept)
    if (before === "failed" || (before === "passed" && outcome === "skipped")) return
    this.outcomes.set(kept, outcome)
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }
const decoded = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|lt|gt|amp|quot|apos);/gi, (whole, name: string) => {
    const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : name.startsWith("#") ? Number(name.slice(1)) : undefined
    if (code === undefined) return ENTITIES[name.toLowerCase()] ?? whole
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

const attribute = (tag: string, name: string): string =>
  decoded(
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
      .exec(tag)
      ?.slice(1)
      .find((value) => value !== undefined) ?? ""
  )

/** JUnit's XML, as pytest, Node, Bun, Maven and Gradle write it. A test's outcome is told by an element in it. */
const readJUnit = (text: string): TestRun => {
  const tests = new Tests()
  const plain = text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, "")
  let current: { readonly name: string; outcome: TestOutcome } | undefined
  const close = () => {
    if (current !== undefined) tests.add(current.name, current.outcome)
    current = undefined
  }
  for (const [tag, ending, element, closed] of plain.matchAll(
    /<(\/?)(testcase|failure|error|skipped|rerunFailure)\b(?:[^<>"']|"[^"]*"|'[^']*')*?(\/?)>/g
  )) {
    if (element === "testcase") {
      close()
      if (ending === "/") continue
      const place = attribute(tag, "file") || attribute(tag, "classname")
      const inClass = attribute(tag, "file") === "" ? "" : (attribute(tag, "classname").split(".").at(-1) ?? "")
      // pytest's classname repeats the module; only a class below it tells tests apart.
      const group = /^[A-Z]/.test(inClass) ? `${inClass}::` : ""
      current = { name: `${place}${place === "" ? "" : "::"}${group}${attribute(tag, "name")}`, outcome: "passed" }
      if (closed === "/") close()
    } else if (current !== undefined && ending === "") current.outcome = element === "skipped" ? "skipped" : "failed"
  }
  close()
  return tests.outcomes
}

const Jest = Schema.Struct({
  testResults: Schema.Array(
    Schema.Struct({
      name: Schema.String,
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
  for (const { name, assertionResults } of testResults)
    for (const { fullName, status } of assertionResults)
      tests.add(`${below(name)}::${fullName}`, status === "passed" ? "passed" : status === "failed" ? "failed" : "skipped")
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

const GoEvent = Schema.parseJson(Schema.Struct({ Action: Schema.String, Package: Schema.String, Test: Schema.optional(Schema.String) }))
const decodeGoEvent = Schema.decodeUnknownOption(GoEvent)
const GO: Readonly<Record<string, TestOutcome>> = { pass: "passed", fail: "failed", skip: "skipped" }

const readGo = (text: string): TestRun => {
  const tests = new Tests()
  for (const line of text.split("\n")) {
    if (!line.startsWith("{")) continue
    const event = Option.getOrUndefined(decodeGoEvent(line))
    const outcome = event === undefined ? undefined : GO[event.Action]
    if (event?.Test !== undefined && outcome !== undefined) tests.add(`${event.Package}::${event.Test}`, outcome)
  }
  return tests.outcomes
}

/** TAP 12 to 14. Subtests are indented; only the outermost lines count, because a parent fails with its children. */
const readTap = (text: string): TestRun => {
  const tests = new Tests()
  for (const [, not, title = "", directive = ""] of text.matchAll(/^(not )?ok\b *\d* *(?:- )?([^#\n]*)(?:# *(skip|todo)\b.*)?$/gim))
    tests.add(title, directive === "" ? (not === undefined ? "passed" : "failed") : "skipped")
  return tests.outcomes
}

/** An example in a comment, as `cargo test` names it: an item and the line at which the example begins. */
interface DocTest {
  readonly item: string
  readonly line: number
  readonly outcome: TestOutcome
}

/** Gives examples names that stay when lines are added above them: those of one item are numbered in the order of the text. */
const addDocTests = (tests: Tests, found: ReadonlyArray<DocTest>) => {
  const counts = new Map<string, number>()
  for (const { item, outcome } of found.toSorted((a, b) => a.line - b.line)) {
    const count = (counts.get(item) ?? 0) + 1
    counts.set(item, count)
    tests.add(`${item} (example ${count})`, outcome)
  }
}

/** The text of `cargo test`, standard error included: it names the binary that each block of tests comes from. */
const readCargo = (text: string): TestRun => {
  const tests = new Tests()
  const docTests: Array<DocTest> = []
  let place = ""
  for (const line of text.split("\n")) {
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

const decodeJest = Schema.decodeUnknownOption(Schema.parseJson(Jest))
const decodeMocha = Schema.decodeUnknownOption(Schema.parseJson(Mocha))

/** The tests of a report, in whichever form it is. Empty if it has none. */
export const readTestReport = (bytes: Uint8Array): TestRun => {
  const text = new TextDecoder("utf-8").decode(bytes)
  const start = text.trimStart()
  if (start.startsWith("<")) return readJUnit(text)
  if (start.startsWith("{")) {
    const jest = Option.map(decodeJest(text), readJest)
    const found = Option.orElse(jest, () => Option.map(decodeMocha(text), readMocha))
    return Option.getOrElse(found, () => readGo(text))
  }
  return /^test .+ \.\.\. /m.test(text) ? readCargo(text) : /^\{"/m.test(text) ? readGo(text) : readTap(text)
}
