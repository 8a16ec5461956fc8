/** Compares test runs with and without a pull request. Pure. */
import { Schema } from "effect"
import type { TestOutcome, TestReport } from "../../domain/quality/TestOutcome.ts"
import { VerificationVerdict } from "../../domain/quality/VerificationSummary.ts"

/** A run of a tree's tests. `exitCode`: the runner's; undefined: it did not end by itself. */
export interface Run extends TestReport {
  readonly exitCode: number | undefined
}
export type Runs = ReadonlyArray<Run>

export interface TestRuns {
  /** The base's code and tests. */
  readonly base: Runs
  /** The head's code with the base's tests. */
  readonly head: Runs
  /** Set if the pull request changes tests: its tests on the base's code and on its own. */
  readonly own: { readonly onBase: Runs; readonly onHead: Runs } | null
}

const Texts = Schema.Array(Schema.String)

const OwnTests = Schema.Struct({
  /** Tests that pass with the pull request's code and do not pass without it. */
  failToPass: Texts,
  /** Tests that fail with the pull request's code and did not fail at the base. */
  failing: Texts,
  /** Tests of the base that are missing at the head. */
  removed: Texts,
  /** Tests that passed at the base and are skipped at the head. */
  skipped: Texts,
  /** Tests of the base that the pull request's code breaks, while its own version of the tests hides that. */
  hidden: Texts
})

export const TestComparison = Schema.Struct({
  verdict: VerificationVerdict,
  failToPass: Texts,
  broken: Texts,
  /** Tests with different outcomes in runs of the same tree. They are in no other set. */
  flaky: Texts,
  own: Schema.NullOr(OwnTests),
  /** Why it is not verified although tests pass that failed before, each in a few words. */
  doubts: Texts
})
export interface TestComparison extends Schema.Schema.Type<typeof TestComparison> {}

/** Each test's outcome, and the flaky tests, whose outcome differs between runs or within one. A test missing in one run is flaky too. */
const settle = (runs: Runs): { readonly stable: ReadonlyMap<string, TestOutcome>; readonly flaky: ReadonlySet<string> } => {
  const first = runs[0]?.tests ?? new Map<string, TestOutcome>()
  const names = new Set(runs.flatMap(({ tests }) => [...tests.keys()]))
  const flaky = new Set(
    [...names].filter((name) => runs.some(({ flaky: again, tests }) => again.has(name) || tests.get(name) !== first.get(name)))
  )
  return { stable: new Map([...first].filter(([name]) => !flaky.has(name))), flaky }
}

/** What of these runs' reports was not understood. */
const unreadIn = (tree: string, runs: Runs): ReadonlyArray<string> => [
  ...new Set(runs.flatMap(({ unread }) => unread.map((what) => `${tree}: not understood: ${what}`)))
]

const MOST_NAMED = 3

const lost = (what: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? [] : [`${what}: ${names.slice(0, MOST_NAMED).join(", ")}${names.length > MOST_NAMED ? "…" : ""}`]

export const compareTests = (runs: TestRuns): TestComparison => {
  const base = settle(runs.base)
  const head = settle(runs.head)
  const own = runs.own === null ? null : { onBase: settle(runs.own.onBase), onHead: settle(runs.own.onHead) }
  const flaky = new Set([...base.flaky, ...head.flaky, ...(own === null ? [] : [...own.onBase.flaky, ...own.onHead.flaky])])
  const select = (from: ReadonlyMap<string, TestOutcome>, chosen: (name: string, outcome: TestOutcome) => boolean): ReadonlyArray<string> =>
    [...from].flatMap(([name, outcome]) => (!flaky.has(name) && chosen(name, outcome) ? [name] : [])).toSorted()

  const failToPass = select(head.stable, (name, outcome) => outcome === "passed" && base.stable.get(name) === "failed")
  const broken = select(base.stable, (name, outcome) => outcome === "passed" && head.stable.get(name) !== "passed")
  const before = base.stable
  const found: TestComparison["own"] =
    own === null
      ? null
      : {
          failToPass: select(
            own.onHead.stable,
            (name, outcome) => outcome === "passed" && own.onBase.stable.get(name) !== "passed" && before.get(name) !== "passed"
          ),
          failing: select(own.onHead.stable, (name, outcome) => outcome === "failed" && before.get(name) !== "failed"),
          removed: select(before, (name, outcome) => outcome !== "skipped" && !own.onHead.stable.has(name)),
          skipped: select(before, (name, outcome) => outcome === "passed" && own.onHead.stable.get(name) === "skipped"),
          hidden: broken.filter((name) => own.onHead.stable.get(name) !== "failed")
        }
  const somethingPassed = [...base.stable.values()].includes("passed")
  const fixes = failToPass.length + (found?.failToPass.length ?? 0)
  // The tests with which the pull request is to be merged.
  const last = runs.own?.onHead ?? runs.head
  const codes = [...new Set(last.map(({ exitCode }) => exitCode))].filter((code) => code !== 0)
  const doubts = [
    ...unreadIn("base", runs.base),
    ...unreadIn("head", runs.head),
    ...(runs.own === null ? [] : [...unreadIn("base with its own tests", runs.own.onBase), ...unreadIn("head with its own tests", last)]),
    ...codes.map((code) => (code === undefined ? "the tests did not end" : `the tests ended with exit code ${code}`)),
    ...lost("its own tests fail", found?.failing ?? []),
    ...lost("tests are removed", found?.removed ?? []),
    ...lost("tests are skipped", found?.skipped ?? [])
  ]
  const isFixed = broken.length === 0 && fixes > 0
  const verdict =
    broken.length > 0 ? "broken" : !somethingPassed && fixes === 0 ? "unknown" : isFixed && doubts.length === 0 ? "verified" : "unproven"
  return { verdict, failToPass, broken, flaky: [...flaky].toSorted(), own: found, doubts: isFixed ? doubts : [] }
}
