/**
 * Verifies a pull request by the repository's own tests: before and after, three times each, in boxes. Test files come from the base, so that the pull
 * request can't judge itself; tests that it changes run apart.
 */
import { mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { ChangedPath, OpenRepository } from "../../layers/git/Checkout.ts"
import { removeLeftovers, temporaryFolder } from "../../layers/process/temporaryFolder.ts"
import { type BoxRequest, Sandbox, SandboxUnavailable, shownOutput } from "../../layers/sandbox/Sandbox.ts"
import { compareTests, type Runs, type TestComparison } from "../rules/compareTests.ts"
import { isDependencyFile, isTestFile } from "../rules/repositoryFiles.ts"
import { readTestReport } from "../rules/testReports.ts"
import { DEPENDENCIES, pathsOfTool, planFor, RECOGNISED, type TestPlan, TOOLS, withCommand } from "./ecosystems.ts"
import { filesIn, place, withTestsOf } from "./trees.ts"

/** The repository is of no kind whose tests this program can run. */
class NoTestsRecognised extends Schema.TaggedError<NoTestsRecognised>()("NoTestsRecognised", {}) {
  override get message() {
    return `no tests are recognised in the base (${RECOGNISED}): give the command with --command`
  }
}

/** The base's dependencies could not be fetched. It says nothing about the pull request. */
class DependenciesNotFetched extends Schema.TaggedError<DependenciesNotFetched>()("DependenciesNotFetched", {
  ecosystem: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the base's dependencies (${this.ecosystem}) could not be fetched: ${this.reason}`
  }
}

/** The trees of files whose tests run. `ownOn…`: with the pull request's own tests. */
export type TreeName = "base" | "head" | "ownOnBase" | "ownOnHead"

/** One tree of files: what its runs came to. */
export interface TreeSummary {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** How the box ended, and how long all runs took. */
  readonly end: string
  readonly seconds: number
  /** The end of the output, if a run had no report. */
  readonly output: string | null
}

export interface VerificationReport extends TestComparison {
  readonly base: string
  readonly head: string
  readonly ecosystem: string
  readonly command: string
  /** What was done, in order, for people. */
  readonly steps: ReadonlyArray<string>
  readonly trees: Readonly<Record<TreeName, TreeSummary | null>>
  readonly changedTests: ReadonlyArray<ChangedPath>
  /** Manifests and lock files that the pull request changes: dependencies are those of the base all the same. */
  readonly changedDependencies: ReadonlyArray<string>
}

/** A report, and what all runs of each tree wrote; null for a tree that did not run. Untrusted code wrote it. */
export interface Verified {
  readonly report: VerificationReport
  readonly outputs: Readonly<Record<TreeName, string | null>>
}

export interface VerifyRequest {
  readonly repository: OpenRepository
  /** Commits by their 40 digits. `base` is where the pull request went off. */
  readonly base: string
  readonly head: string
  /** Replaces the recognised test command. */
  readonly command: string | null
  readonly runs: number
  /** For each run. */
  readonly seconds: number
}

/** Finds the tools of this machine that a plan needs. They are asked outside: they are the operator's own. */
const toolPaths = (plan: TestPlan) =>
  Effect.forEach(plan.tools, (name) =>
    Effect.gen(function* () {
      const missing = new SandboxUnavailable({
        reason: `${name} is not installed, which the tests need`,
        hint: `install ${name} on this machine`
      })
      if (Bun.which(name, { PATH: process.env.PATH ?? "" }) === null) return yield* missing
      const asked = { stdin: "ignore", stderr: "ignore", cwd: tmpdir(), env: { ...process.env } } as const
      // A file of that name need not be a program.
      const { stdout, success } = yield* Effect.try({ try: () => Bun.spawnSync([...TOOLS[name]], asked), catch: () => missing })
      if (!success) return yield* missing
      return pathsOfTool(stdout.toString().trim())
    })
  ).pipe(Effect.map((all) => ({ readOnly: all.flatMap(({ readOnly }) => readOnly), path: all.flatMap(({ path }) => path) })))

const REPORT = (run: number) => `report-${run}`

/** Runs the command several times in one box: compilers need their time only once. A run without a report leaves its output instead. */
const scriptFor = (plan: TestPlan, runs: number, seconds: number): string => `
${plan.prepare ?? ":"} || echo "the work folder could not be prepared"
run=1
while [ $run -le ${runs} ]; do
  REPORT=/box/results/report-$run
  export REPORT
  timeout -k 1 ${seconds} /bin/sh -c "$COMMAND" >/box/tmp/output 2>&1
  tail -c 100000 /box/tmp/output
  [ -s "$REPORT" ] || { rm -rf "$REPORT"; cp /box/tmp/output "$REPORT"; }
  run=$((run + 1))
done
`

/** What the runs of one tree came to. */
interface TreeRun {
  readonly tests: Runs
  readonly summary: TreeSummary
  readonly output: string
}

const runTree = (
  folder: string,
  plan: TestPlan,
  dependencies: string | null,
  tools: Effect.Effect.Success<ReturnType<typeof toolPaths>>,
  { runs, seconds }: VerifyRequest
) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const request: BoxRequest = {
      command: ["/bin/sh", "-c", scriptFor(plan, runs, seconds)],
      input: folder,
      readOnly: [...tools.readOnly, ...(dependencies === null ? [] : [{ outside: dependencies, inside: DEPENDENCIES }])],
      path: tools.path,
      environment: { ...plan.environment, COMMAND: plan.command },
      results: Array.from({ length: runs }, (_, index) => REPORT(index + 1)),
      limits: { seconds: runs * seconds + 60 }
    }
    const result = yield* sandbox.run(request)
    const tests: Runs = Array.from({ length: runs }, (_, index) =>
      readTestReport(result.results.get(REPORT(index + 1)) ?? new Uint8Array())
    )
    const [first = new Map<string, string>()] = tests
    const count = (outcome: string) => [...first.values()].filter((one) => one === outcome).length
    const summary: TreeSummary = {
      passed: count("passed"),
      failed: count("failed"),
      skipped: count("skipped"),
      end: result.end,
      seconds: Math.round(result.seconds),
      output: tests.some((run) => run.size === 0) ? shownOutput(result.output).trim().slice(-2_000) : null
    }
    const run: TreeRun = { tests, summary, output: result.output }
    return run
  })

/** How much the dependencies of a repository may be on disk. */
const FETCHED = { bytes: 8 * 1_073_741_824, files: 500_000 } as const

/** Fetches what the base's manifests name, in a box with a network that holds nothing but these manifests. */
const fetchDependencies = (plan: TestPlan, files: string, folder: string, tools: Effect.Effect.Success<ReturnType<typeof toolPaths>>) =>
  Effect.gen(function* () {
    if (plan.fetch === null) return null
    const [manifests, into] = [join(folder, "manifests"), join(folder, "dependencies")]
    mkdirSync(manifests)
    mkdirSync(into)
    for (const path of plan.fetchFiles) place(files, manifests, path)
    Bun.spawnSync(["chmod", "-R", "a+rX", manifests])
    const sandbox = yield* Sandbox
    const result = yield* sandbox.run({
      command: ["/bin/sh", "-c", plan.fetch],
      input: manifests,
      readOnly: tools.readOnly,
      path: tools.path,
      network: true,
      writable: [{ outside: into, inside: DEPENDENCIES, bytes: FETCHED.bytes, files: FETCHED.files }],
      limits: { seconds: 900, fileSize: 1_073_741_824 }
    })
    if (result.end !== "itself" || result.exitCode !== 0)
      return yield* new DependenciesNotFetched({
        ecosystem: plan.ecosystem,
        reason: shownOutput(result.output).trim().split("\n").slice(-3).join("; ").slice(-600) || result.end
      })
    return into
  })

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`

export const verify = Effect.fn("verify")(function* (request: VerifyRequest) {
  const { repository, base, head } = request
  yield* removeLeftovers("verify")
  const folder = yield* Effect.orDie(temporaryFolder("verify"))
  const tree = (name: string) => join(folder, name)
  yield* repository.writeFiles(base, tree("base"))
  yield* repository.writeFiles(head, tree("head"))
  const changes = yield* repository.changes(base, head)
  const changedTests = changes.filter(({ path }) => isTestFile(path))
  const changedDependencies = changes.filter(({ path }) => isDependencyFile(path)).map(({ path }) => path)
  const recognised = planFor(filesIn(tree("base")))
  if (recognised === undefined && request.command === null) return yield* new NoTestsRecognised()
  const plan = request.command === null ? recognised : withCommand(recognised, request.command)
  if (plan === undefined) return yield* new NoTestsRecognised()
  const tools = yield* toolPaths(plan)
  const steps = [
    `wrote the files of ${base.slice(0, 10)} and ${head.slice(0, 10)}, without history`,
    ...(recognised === undefined ? [] : [`recognised ${plan.ecosystem} by ${plan.because}`]),
    ...(request.command === null ? [] : ["took the test command that was given"]),
    ...(changedDependencies.length > 0
      ? [`the pull request changes ${changedDependencies.join(", ")}: dependencies are the base's all the same`]
      : [])
  ]
  const dependencies = yield* fetchDependencies(plan, tree("base"), folder, tools)
  steps.push(dependencies === null ? "nothing had to be fetched" : `fetched the base's dependencies from ${plan.fetchFiles.join(", ")}`)

  const run = (name: string) => runTree(tree(name), plan, dependencies, tools, request)
  const onBase = yield* run("base")
  steps.push(`ran the base ${counted(request.runs, "time")}`)
  if (changedTests.length > 0) withTestsOf(tree("head"), tree("base"), changedTests, "base", tree("head-with-base-tests"))
  const onHead = yield* run(changedTests.length > 0 ? "head-with-base-tests" : "head")
  steps.push(`ran the head${changedTests.length > 0 ? " with the base's tests" : ""} ${counted(request.runs, "time")}`)
  const own =
    changedTests.length === 0
      ? null
      : yield* Effect.gen(function* () {
          withTestsOf(tree("base"), tree("head"), changedTests, "head", tree("base-with-head-tests"))
          const ownOnBase = yield* run("base-with-head-tests")
          const ownOnHead = yield* run("head")
          steps.push(
            `ran the pull request's own tests (${counted(changedTests.length, "changed file")}) on both, ${counted(request.runs, "time")} each`
          )
          return { ownOnBase, ownOnHead }
        })
  const comparison = compareTests({
    base: onBase.tests,
    head: onHead.tests,
    own: own === null ? null : { onBase: own.ownOnBase.tests, onHead: own.ownOnHead.tests }
  })
  const ofEachTree = <A>(read: (run: TreeRun) => A): Readonly<Record<TreeName, A | null>> => ({
    base: read(onBase),
    head: read(onHead),
    ownOnBase: own === null ? null : read(own.ownOnBase),
    ownOnHead: own === null ? null : read(own.ownOnHead)
  })
  const report: VerificationReport = {
    ...comparison,
    base,
    head,
    ecosystem: plan.ecosystem,
    command: plan.command,
    steps,
    trees: ofEachTree(({ summary }) => summary),
    changedTests,
    changedDependencies
  }
  const verified: Verified = { report, outputs: ofEachTree(({ output }) => output) }
  return verified
}, Effect.scoped)
