// `npm test [-- PATH…]`: runs the tests under Bun. Names every skipped test, and ends with a line `N passed, N failed`.
import { readFileSync, rmSync } from "node:fs"
import { constants, setPriority, tmpdir } from "node:os"
import { join } from "node:path"
import { bun, install, run } from "./run.mjs"

/** Runs the test runner once. Returns its exit code, and its report if it wrote one. */
const runner = async (name, args, options = {}) => {
  const file = join(tmpdir(), `gittensor-test-${process.pid}-${name}.json`)
  const status = await run(
    bun(),
    ["--bun", "node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args],
    // The engine's last optimiser takes more time than the tests run long enough to get back: a tenth of all processor time.
    { env: { BUN_JSC_useFTLJIT: "0", ...process.env }, ...options }
  )
  try {
    const report = JSON.parse(readFileSync(file, "utf8"))
    rmSync(file)
    return { status, report }
  } catch {
    return { status: status || 1, report: undefined }
  }
}

/**
 * Runs all tests in two runners side by side. One alone leaves a core idle while processes wait, and at the end of each kind. The tests that compute have
 * the lower priority: they take what time is left, and hold up neither the demo nor blocks that come by the clock.
 */
const everything = () => {
  // Through pipes, because two runners would draw over each other on a terminal.
  const side = (name, kinds) => runner(name, [`--project=${kinds}`], { stdio: ["ignore", "pipe", "pipe"] })
  const waiting = side("waiting", "process*")
  // Whatever starts from here on inherits this.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  return Promise.all([waiting, side("computing", "!process*")])
}

install(true)
const args = process.argv.slice(2)
const runs = args.length > 0 ? [await runner("chosen", args)] : await everything()
const status = runs.find((one) => one.status !== 0)?.status ?? 0
if (runs.some(({ report }) => report === undefined)) {
  console.log("The test runner ended without a report: see the lines above.")
  console.log("0 passed, 1 failed")
  process.exit(status)
}
const files = runs.flatMap(({ report }) => report.testResults)
const tests = files.flatMap((file) => file.assertionResults)
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed")
for (const test of skipped) console.log(`skipped: ${test.fullName}`)
const brokenFiles = files.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"))
for (const file of brokenFiles) console.log(`did not finish: ${file.name}`)
const passed = tests.filter((test) => test.status === "passed").length
const failed = tests.filter((test) => test.status === "failed").length + brokenFiles.length
for (const test of tests) if (test.status === "failed") console.log(`failed: ${test.fullName}`)
if (skipped.length > 0) console.log(`${skipped.length} skipped, each named above`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(status !== 0 ? status : failed > 0 || passed === 0 ? 1 : 0)
