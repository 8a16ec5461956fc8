/** Reads JUnit's XML, as many runners write it. */
import { SaxesParser } from "saxes"
import type { TestOutcome, TestReport } from "../../../domain/quality/TestOutcome.ts"
import { LONGEST_NAME, Tests } from "./Tests.ts"

/** Child elements of a JUnit `testcase` that mark another outcome than passed, and those that say nothing about it. */
const OUTCOMES: ReadonlyMap<string, TestOutcome> = new Map([
  ["failure", "failed"],
  ["error", "failed"],
  ["rerunFailure", "failed"],
  ["rerunError", "failed"],
  ["skipped", "skipped"],
  ["disabled", "skipped"]
])
/** Maven writes them for a test that passed after a failure. */
const PASSED_AGAIN: ReadonlySet<string> = new Set(["flakyFailure", "flakyError"])
const BESIDES: ReadonlySet<string> = new Set([
  "properties",
  "property",
  "system-out",
  "system-err",
  "stackTrace",
  "attachments",
  "attachment"
])

/**
 * Values of the attributes `status` and `result`, by which GoogleTest and others mark what did not run
 * (https://github.com/google/googletest/blob/main/googletest/src/gtest.cc, `OutputXmlTestInfo`).
 */
const STATES: Readonly<Record<string, TestOutcome>> = {
  run: "passed",
  completed: "passed",
  passed: "passed",
  pass: "passed",
  success: "passed",
  ok: "passed",
  failed: "failed",
  fail: "failed",
  failure: "failed",
  error: "failed",
  skipped: "skipped",
  suppressed: "skipped",
  notrun: "skipped",
  disabled: "skipped",
  ignored: "skipped",
  pending: "skipped"
}

/** Of what several signs say, a failure counts before all others, and a skip before a success. */
const worseOf = (one: TestOutcome, other: TestOutcome): TestOutcome =>
  one === "failed" || other === "failed" ? "failed" : one === "skipped" ? one : other

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

interface Case {
  readonly name: string
  outcome: TestOutcome
  isToDo: boolean
  isFlaky: boolean
  /** The open elements within it. */
  depth: number
}

/** JUnit XML, or several such documents in sequence. Runners write characters that XML forbids, so parser errors are ignored. Entity declarations are not read. */
export const readJUnit = (text: string): TestReport => {
  const tests = new Tests()
  let current: Case | undefined
  const suites: Array<Suites> = []
  const close = () => {
    if (current !== undefined) tests.add(current.name, current.isToDo ? "skipped" : current.outcome, current.isFlaky)
    current = undefined
  }
  const parser = new SaxesParser<{ xmlns: false; fragment: true; position: false }>({ xmlns: false, fragment: true, position: false })
  parser.on("error", () => undefined)
  // Without this handler, the parser takes an unmatched end tag for a part of the next attribute.
  parser.on("text", () => undefined)
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "testcase") {
      close()
      current = { name: nameOf(attributes, suites.at(-1) ?? NO_SUITES), outcome: "passed", isToDo: false, isFlaky: false, depth: 0 }
      for (const key of ["status", "result"]) {
        const value = attributes[key]
        const state = value === undefined ? "passed" : STATES[value.toLowerCase()]
        if (state === undefined) tests.leave(`${key}="${value}" of a test`)
        else current.outcome = worseOf(current.outcome, state)
      }
    } else if (name === "testsuite") {
      const outer = suites.at(-1)
      const own = attributes.name ?? ""
      suites.push({ all: nestedName(outer?.all ?? "", own), inner: outer === undefined ? "" : nestedName(outer.inner, own) })
    } else if (current !== undefined) {
      const outcome = OUTCOMES.get(name)
      if (outcome !== undefined) current.outcome = worseOf(current.outcome, outcome)
      else if (PASSED_AGAIN.has(name)) current.isFlaky = true
      else if (current.depth === 0 && !BESIDES.has(name)) tests.leave(`<${name}> in a test`)
      // Node reports a todo test as skipped and also as failed.
      current.isToDo ||= name === "skipped" && attributes.type === "todo"
      current.depth++
    }
  })
  parser.on("closetag", ({ name }) => {
    if (name === "testcase") close()
    else if (name === "testsuite") suites.pop()
    else if (current !== undefined && current.depth > 0) current.depth--
  })
  parser.write(text).close()
  if (current !== undefined || suites.length > 0) tests.leave("the report ends in the middle")
  close()
  return tests
}
