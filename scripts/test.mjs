// `npm test [-- PATH…]`: runs the tests under Bun: by default those of the quick kinds except the longest, otherwise those of a file or folder.
// `--all` runs all tests, `--rest` those that `npm test` leaves out, but for the nightly ones (.ci/nightly), with a seed of its own; `--project NAME` more of
// them. GITTENSOR_SEARCH=random draws a seed for the others, too. In CI, files with failed tests run once more by themselves: what passes then is named as
// unsteady. Names every skipped test, and ends with a line `N passed, N failed`.
import { randomInt } from "node:crypto"
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
  if (first === "--rest") return [...projectsOf([...rest, "long", "measured"]), ...others]
  return first === "--all" ? others : [first, ...others]
}

const asked = process.argv.slice(2)
/** A search draws its seed, and otherwise random values are always the same (test/support/seed.ts), so that no run fails by chance. */
const isSearch = process.env.GITTENSOR_SEARCH !== undefined || asked[0] === "--rest"
const seed = process.env.GITTENSOR_TEST_SEED ?? (isSearch ? String(randomInt(1, 1_000_000)) : undefined)
const repeated = seed === undefined ? {} : { GITTENSOR_TEST_SEED: seed }

/** Files that may run again. With more of them something is broken. */
const AGAIN_AT_MOST = 5

const REPORTERS = ["--reporter=default", "--reporter=json", "--reporter=./test/support/longestFiles.ts"]

/** Runs tests once. Returns the runner's status and its report, undefined if it ended without one. */
const runOnce = async (chosen) => {
  const report = join(tmpdir(), `gittensor-test-${process.pid}.json`)
  rmSync(report, { force: true })
  const status = await run(
    bun(),
    ["--bun", "node_modules/vitest/vitest.mjs", "run", ...REPORTERS, `--outputFile.json=${report}`, ...chosen],
    // The engine's last optimising tier costs a tenth of all processor time, which the short tests never regain.
    { env: { BUN_JSC_useFTLJIT: "0", ...process.env, ...repeated } }
  )
  try {
    return { status, files: JSON.parse(readFileSync(report, "utf8")).testResults }
  } catch {
    return { status, files: undefined }
  } finally {
    rmSync(report, { force: true })
  }
}
const testsOf = (files) => files.flatMap((file) => file.assertionResults)
const isFailed = ({ status }) => status === "failed"

install(true)
if (seed !== undefined) console.log(`Random values have the seed ${seed}: GITTENSOR_TEST_SEED=${seed} repeats them.`)
let { status, files } = await runOnce(choice(asked))
const failedFiles = files?.filter(isFailed) ?? []
if (process.env.CI === "true" && failedFiles.length > 0 && failedFiles.length <= AGAIN_AT_MOST) {
  const again = await runOnce(failedFiles.map(({ name }) => name))
  if (again.files !== undefined) {
    const namesOf = (results) =>
      results.flatMap((file) => [
        ...(isFailed(file) ? [file.name] : []),
        ...file.assertionResults.filter(isFailed).map(({ fullName }) => fullName)
      ])
    const broken = new Set(namesOf(again.files))
    for (const name of namesOf(failedFiles))
      if (!broken.has(name)) console.log(`unsteady: ${name} (failed at first, passed when its file ran again by itself)`)
    files = files.map((file) => again.files.find(({ name }) => name === file.name) ?? file)
    status = files.some(isFailed) ? 1 : again.status
  }
}
if (files === undefined) {
  console.log("The test runner ended without a report: see the lines above.")
  console.log("0 passed, 1 failed")
  process.exit(status || 1)
}
const tests = testsOf(files)
const skipped = tests.filter((test) => test.status !== "passed" && !isFailed(test))
for (const test of skipped) console.log(`skipped: ${test.fullName}`)
const brokenFiles = files.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed))
for (const file of brokenFiles) console.log(`did not finish: ${file.name}`)
const passed = tests.filter((test) => test.status === "passed").length
const failedTests = tests.filter(isFailed)
const failed = failedTests.length + brokenFiles.length
for (const test of failedTests) console.log(`failed: ${test.fullName}`)
if (skipped.length > 0) console.log(`${skipped.length} skipped, each named above`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(status !== 0 ? status : failed > 0 || passed === 0 ? 1 : 0)
