/** The files of the demo's repositories: small programs with tests, which grow with each bounty. Pure. */
import { STORIES } from "./stories/stories.ts"

const TESTS = "test/issues.test.js"

/** One test that passes, and one for each of these solved issues. */
const testsFor = (issues: ReadonlyArray<number>): string => `import assert from "node:assert"
import { existsSync } from "node:fs"
import test from "node:test"

test("is a package", () => assert.ok(existsSync("package.json")))
${issues
  .map(
    (number) => `
test("issue ${number} is solved", async () => {
  const { above3 } = await import("../src/issue-${number}.js")
  assert.deepEqual([above3(3), above3(4)], [false, true])
})
`
  )
  .join("")}`

/** A repository's initial files. */
export const firstFiles = (repository: string) => ({
  ".gittensor.yml": `bounties: true\nrepository: ${repository}\ncomments: true\n`,
  "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  [TESTS]: testsFor([]),
  ...Object.fromEntries(STORIES.map(({ path, before }) => [path, before]))
})

/** A new file with this many functions. */
export const writtenFile = (name: string, functions: number) => ({
  path: `src/${name}.js`,
  base: null,
  head: Array.from({ length: functions }, (_, at) => `export function above${at}(size) {\n  return size > ${at}\n}\n`).join("")
})

/** A solution with its test, in a repository where these issues were solved before. */
export const solutionOf = (issue: number, solvedBefore: ReadonlyArray<number>) => [
  writtenFile(`issue-${issue}`, 10),
  { path: TESTS, base: testsFor(solvedBefore), head: testsFor([...solvedBefore, issue]) }
]
