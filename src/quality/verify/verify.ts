/**
 * Verifies a pull request by the repository's own tests: at base and head, three times each, in boxes. Test files come from the base, so that the pull
 * request cannot judge itself; tests that it changes run separately.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Duration, Effect, Schema } from "effect"
import { strangersBytes } from "../../domain/strangersBytes.ts"
import type { ChangedPath } from "../../layers/git/openRepository.ts"
import type { Repository } from "../../layers/git/Repositories.ts"
import { Confined } from "../../layers/machine/confined/Confined.ts"
import { removeLeftovers, temporaryFolder } from "../../layers/machine/process/temporaryFolder.ts"
import { DEFAULT_LIMITS, Sandbox, SandboxUnavailable, shownOutput } from "../../layers/machine/sandbox/Sandbox.ts"
import type { TestComparison } from "../../rules/quality/compareTests.ts"
import { checkTree, withTree } from "./boxWithTree.ts"
import { compareTask, exitName, reportName, type TreeCounts, type TreeName } from "./compareTask.ts"
import { planTask } from "./planTask.ts"
import { DEPENDENCIES, pathsOfTool, type TestPlan, TOOLS } from "./testPlan.ts"
import type { TreeRequest } from "./treeTask.ts"

/** Why an installer failed, by what it wrote. */

/** Lines about the installer itself, which come last and would be all that is shown. */
const NOTICE =
  /^(?:npm (?:notice|warn)\b|\[notice\]|WARNING: |warning: |hint: |note: |Note that |> Run with --|> Get more help|\* Try:|BUILD FAILED in|npm error A complete log|\[INFO\])/i

const FAILURE =
  /error|\berr!|fatal|fail|cannot|could not|couldn't|can't|unable|denied|refused|not found|no matching|missing|unsupported|conflict|invalid|exception/i

const MOST_LINES = 4
const LONGEST = 600

/** The first lines that speak of a failure, with what follows "Caused by:"; the last lines where none does. */
export const reasonIn = (output: string): string => {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !NOTICE.test(line))
  const failures = lines.filter((line, index) => FAILURE.test(line) || /^Caused by:/.test(lines[index - 1] ?? ""))
  const shown = failures.length === 0 ? lines.slice(-3) : failures.slice(0, MOST_LINES)
  return shown.join("; ").slice(0, LONGEST)
}

/** Fetching the dependencies would run the repository's own code in a box with a network, which nobody has allowed. */
class BuildScriptsNotAllowed extends Schema.TaggedError<BuildScriptsNotAllowed>()("BuildScriptsNotAllowed", {
  ecosystem: Schema.String
}) {
  override get message() {
    return `${this.ecosystem} runs the repository's own code to fetch its dependencies, in a sandbox that reaches public servers: allow it with --allow-build-scripts`
  }
}

/** The base's dependencies could not be fetched. This is no finding about the pull request. */
class DependenciesNotFetched extends Schema.TaggedError<DependenciesNotFetched>()("DependenciesNotFetched", {
  ecosystem: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the base's dependencies (${this.ecosystem}) could not be fetched: ${this.reason}`
  }
}

export interface TreeSummary {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** `end`: how the box ended. `seconds`: duration of all runs. */
  readonly end: string
  readonly seconds: number
  /** End of the output, if a run had no report. */
  readonly output: string | null
}

export interface VerificationReport extends TestComparison {
  readonly base: string
  readonly head: string
  readonly ecosystem: string
  readonly command: string
  /** The steps taken, in order, for people. */
  readonly steps: ReadonlyArray<string>
  readonly trees: Readonly<Record<TreeName, TreeSummary | null>>
  readonly changedTests: ReadonlyArray<ChangedPath>
  /** Manifests and lock files that the pull request changes. Dependencies still come from the base. */
  readonly changedDependencies: ReadonlyArray<string>
}

/** A report, and the output of all runs of each tree; null: the tree did not run. Untrusted code wrote the output. */
export interface Verified {
  readonly report: VerificationReport
  readonly outputs: Readonly<Record<TreeName, string | null>>
}

export interface VerifyRequest {
  readonly repository: Repository
  /** Full commit ids. `base`: the merge base. */
  readonly base: string
  readonly head: string
  /** Overrides the detected test command. */
  readonly command: string | null
  readonly runs: number
  /** Per run. */
  readonly seconds: number
  /** Whether dependencies may be fetched if that runs the repository's own code. */
  readonly allowBuildScripts: boolean
}

/** Locates the tools that a plan needs. Runs them outside a box: they are the operator's own. */
const toolPaths = (plan: TestPlan) =>
  Effect.forEach(plan.tools, (name) =>
    Effect.gen(function* () {
      const missing = new SandboxUnavailable({
        reason: `${name} is not installed, which the tests need`,
        hint: `install ${name} on this machine`
      })
      if (Bun.which(name, { PATH: process.env.PATH ?? "" }) === null) return yield* missing
      const asked = { stdin: "ignore", stderr: "ignore", cwd: tmpdir(), env: { ...process.env } } as const
      // A file of that name need not be executable.
      const { stdout, success } = yield* Effect.try({ try: () => Bun.spawnSync([...TOOLS[name]], asked), catch: () => missing })
      if (!success) return yield* missing
      return pathsOfTool(stdout.toString().trim())
    })
  ).pipe(Effect.map((all) => ({ readOnly: all.flatMap(({ readOnly }) => readOnly), path: all.flatMap(({ path }) => path) })))

/** Shell script that runs the command several times in one box, so that compilation happens once. A run without a report stores its output instead. */
const scriptFor = (plan: TestPlan, runs: number, seconds: number): string => `
${plan.prepare ?? ":"} || echo "the work folder could not be prepared"
run=1
while [ $run -le ${runs} ]; do
  REPORT=/box/results/report-$run
  export REPORT
  timeout -k 1 ${seconds} /bin/sh -c "$COMMAND" >/box/tmp/output 2>&1
  code=$?
  tail -c 100000 /box/tmp/output
  [ -s "$REPORT" ] || { rm -rf "$REPORT"; cp /box/tmp/output "$REPORT"; }
  rm -rf "/box/results/exit-$run"
  echo $code >"/box/results/exit-$run"
  run=$((run + 1))
done
`

/** Results of one tree's runs, for people. */
interface TreeRun {
  readonly end: string
  readonly seconds: number
  readonly output: string
}

type Tools = Effect.Effect.Success<ReturnType<typeof toolPaths>>

/** Shared by the boxes of one verification. `folder`: for reports and dependencies; it never contains the repository's files. */
interface Verification {
  readonly request: VerifyRequest
  readonly plan: TestPlan
  readonly tools: Tools
  readonly folder: string
}

const reportsIn = (folder: string): string => join(folder, "reports")

strangersBytes({
  what: "a repository's tests, which are run, and their output",
  writtenBy: "the repository's authors",
  readIn: "a sandbox",
  limits: {
    memory: DEFAULT_LIMITS.memory,
    written: DEFAULT_LIMITS.disk,
    items: DEFAULT_LIMITS.files,
    also: "time set by the operator; no network"
  },
  test: "test/process/quality/verify.test.ts"
})

/** Runs a tree's tests, and stores the reports for the task that parses them. */
const runTree = ({ request, plan, tools, folder }: Verification, name: TreeName, tree: TreeRequest, dependencies: string | null) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const { repository, runs, seconds } = request
    const reports = Array.from({ length: runs }, (_, index) => [reportName(index + 1), exitName(index + 1)]).flat()
    const boxed = yield* withTree(repository, tree, scriptFor(plan, runs, seconds), {
      readOnly: [...tools.readOnly, ...(dependencies === null ? [] : [{ outside: dependencies, inside: DEPENDENCIES }])],
      path: tools.path,
      environment: { ...plan.environment, COMMAND: plan.command },
      results: reports,
      limits: { seconds: runs * seconds + 60 }
    })
    const result = yield* sandbox.run(boxed)
    yield* checkTree(result)
    mkdirSync(join(reportsIn(folder), name), { recursive: true })
    for (const report of reports) writeFileSync(join(reportsIn(folder), name, report), result.results.get(report) ?? new Uint8Array(0))
    const run: TreeRun = { end: result.end, seconds: Math.round(result.seconds), output: result.output }
    return run
  })

/** Limits of dependencies: bytes on disk and over the network, and number of files. */
const DEPENDENCY_LIMITS = { bytes: 4_294_967_296, files: 400_000 } as const

strangersBytes({
  what: "dependencies that installers fetch and unpack",
  writtenBy: "publishers of packages that the repository names",
  readIn: "a sandbox",
  limits: { bytes: DEPENDENCY_LIMITS.bytes, written: DEPENDENCY_LIMITS.bytes, items: DEPENDENCY_LIMITS.files, time: Duration.seconds(900) },
  test: "test/unit/sandbox/network.test.ts"
})

/** Fetches the dependencies in the base's manifests, in a box with network access and nothing but these manifests. */
const fetchDependencies = ({ request, plan, tools, folder }: Verification) =>
  Effect.gen(function* () {
    if (plan.fetch === null) return null
    if (plan.fetchRunsCode && !request.allowBuildScripts) return yield* new BuildScriptsNotAllowed({ ecosystem: plan.ecosystem })
    const into = join(folder, "dependencies")
    mkdirSync(into)
    const sandbox = yield* Sandbox
    const boxed = yield* withTree(request.repository, { commit: request.base, only: plan.fetchFiles, tests: null }, plan.fetch, {
      readOnly: tools.readOnly,
      path: tools.path,
      writable: [{ outside: into, inside: DEPENDENCIES, ...DEPENDENCY_LIMITS }],
      network: { allow: [], bytes: DEPENDENCY_LIMITS.bytes },
      limits: { seconds: 900, fileSize: 1_073_741_824 }
    })
    const result = yield* sandbox.run(boxed)
    yield* checkTree(result)
    if (result.end !== "itself" || result.exitCode !== 0)
      return yield* new DependenciesNotFetched({
        ecosystem: plan.ecosystem,
        reason: [...result.refused.slice(0, 3).map((one) => `no way to ${one}`), reasonIn(shownOutput(result.output)) || result.end].join(
          "; "
        )
      })
    return into
  })

const countText = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`

const summaryOf = ({ end, seconds, output }: TreeRun, { hasEmptyRun, ...counts }: TreeCounts): TreeSummary => ({
  ...counts,
  end,
  seconds,
  output: hasEmptyRun ? shownOutput(output).trim().slice(-2_000) : null
})

export const verify = Effect.fn("verify")(function* (request: VerifyRequest) {
  const { repository, base, head } = request
  const { ask } = yield* Confined
  yield* removeLeftovers("verify")
  const folder = yield* Effect.orDie(temporaryFolder("verify"))
  const { plan, isRecognised, changedTests, changedDependencies } = yield* ask(
    planTask,
    { base, head, command: request.command },
    { places: repository.places }
  )
  const shared: Verification = { request, plan, tools: yield* toolPaths(plan), folder }
  const steps = [
    `read the trees of ${base.slice(0, 10)} and ${head.slice(0, 10)}`,
    ...(isRecognised ? [`recognised ${plan.ecosystem} by ${plan.because}`] : []),
    ...(request.command === null ? [] : ["took the test command that was given"]),
    ...(changedDependencies.length > 0
      ? [`the pull request changes ${changedDependencies.join(", ")}: dependencies are the base's all the same`]
      : [])
  ]
  const dependencies = yield* fetchDependencies(shared)
  steps.push(dependencies === null ? "nothing had to be fetched" : `fetched the base's dependencies from ${plan.fetchFiles.join(", ")}`)

  const ran = new Map<TreeName, TreeRun>()
  const run = (name: TreeName, commit: string, tests: TreeRequest["tests"]) =>
    Effect.map(runTree(shared, name, { commit, only: null, tests }, dependencies), (result) => ran.set(name, result))
  const testsOf = (of: string, absent: "added" | "removed") => (changedTests.length === 0 ? null : { of, changed: changedTests, absent })
  yield* run("base", base, null)
  steps.push(`ran the base ${countText(request.runs, "time")}`)
  yield* run("head", head, testsOf(base, "added"))
  steps.push(`ran the head${changedTests.length > 0 ? " with the base's tests" : ""} ${countText(request.runs, "time")}`)
  if (changedTests.length > 0) {
    yield* run("ownOnBase", base, testsOf(head, "removed"))
    yield* run("ownOnHead", head, null)
    steps.push(
      `ran the pull request's own tests (${countText(changedTests.length, "changed file")}) on both, ${countText(request.runs, "time")} each`
    )
  }
  const trees = [...ran.keys()]
  const { comparison, counts } = yield* ask(
    compareTask,
    { trees, runs: request.runs },
    { places: { reports: { access: "read", outside: reportsIn(folder) } } }
  )
  const ofEachTree = <A>(read: (run: TreeRun, counts: TreeCounts) => A): Readonly<Record<TreeName, A | null>> => {
    const of = (name: TreeName): A | null => {
      const [found, count] = [ran.get(name), counts[trees.indexOf(name)]]
      return found === undefined || count === undefined ? null : read(found, count)
    }
    return { base: of("base"), head: of("head"), ownOnBase: of("ownOnBase"), ownOnHead: of("ownOnHead") }
  }
  const report: VerificationReport = {
    ...comparison,
    base,
    head,
    ecosystem: plan.ecosystem,
    command: plan.command,
    steps,
    trees: ofEachTree(summaryOf),
    changedTests,
    changedDependencies
  }
  const verified: Verified = { report, outputs: ofEachTree(({ output }) => output) }
  return verified
}, Effect.scoped)
