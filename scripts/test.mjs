// `npm test [-- PATH…]`: runs the tests under Bun: by default those of the quick kinds except the longest, otherwise those of a file or folder.
// `--all` runs all tests, `--rest` those that `npm test` leaves out. Names every skipped test, and ends with a line `N passed, N failed`.
import { readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bun, install, run } from "./run.mjs"

/** Each kind of tests is a folder of test/, named after what its tests need. */
const { quick, rest } = JSON.parse(readFileSync(new URL("../test/kinds.json", import.meta.url), "utf8"))
const projectsOf = (kinds) => kinds.flatMap((kind) => ["--project", kind])
/** The runner's arguments for a choice of tests. */
const choice = ([first, ...others]) => {
  if (first === undefined) return projectsOf(quick)
  if (first === "--rest") return [...projectsOf([...rest, "long"]), ...others]
  return first === "--all" ? others : [first, ...others]
}

install(true)
const report = join(tmpdir(), `gittensor-test-${process.pid}.json`)
const status = await run(
  bun(),
  [
    "--bun",
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...choice(process.argv.slice(2))
  ],
  // The engine's last optimising tier costs a tenth of all processor time, which the short tests never regain.
  { env: { BUN_JSC_useFTLJIT: "0", ...process.env } }
)
let results
try {
  results = JSON.parse(readFileSync(report, "utf8"))
  rmSync(report)
} catch {
  console.log("The test runner ended without a report: see the lines above.")
  console.log("0 passed, 1 failed")
  process.exit(status || 1)
}
const tests = results.testResults.flatMap((file) => file.assertionResults)
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed")
for (const test of skipped) console.log(`skipped: ${test.fullName}`)
const brokenFiles = results.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")
)
for (const file of brokenFiles) console.log(`did not finish: ${file.name}`)
const passed = tests.filter((test) => test.status === "passed").length
const failed = tests.filter((test) => test.status === "failed").length + brokenFiles.length
for (const test of tests) if (test.status === "failed") console.log(`failed: ${test.fullName}`)
if (skipped.length > 0) console.log(`${skipped.length} skipped, each named above`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(status !== 0 ? status : failed > 0 || passed === 0 ? 1 : 0)
