/** A simulated GitHub with a repository that git can fetch. Its code adds wrongly; pull requests fix it or not. */
import { Effect } from "effect"
import { type StandInOptions, start } from "../../../lab/devnet/github/StandIn.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"

export const CALC = RepositoryName.make("acme/calc")
export const numbered = (number: number) => ({ repository: CALC, number: IssueNumber.make(number) })

const TEST = "import test from 'node:test'\nimport assert from 'node:assert'\nimport { add } from '../add.js'\n"
export const WRONG = "export const add = (a, b) => a - b\n"
export const RIGHT = "export const add = (a, b) => a + b\n"
const ADDS = `${TEST}test('adds', () => assert.equal(add(2, 2), 4))\n`
const ZERO = `${TEST}test('adds nothing', () => assert.equal(add(2, 0), 2))\n`

/** The repository's first commit: one of its two tests fails. */
export const FILES = {
  "package.json": '{"type":"module","scripts":{"test":"node --test"}}\n',
  "add.js": WRONG,
  "test/adds.test.js": ADDS,
  "test/zero.test.js": ZERO
}

/** Changes of `FILES`: one fixes the code, the other only deletes the failing test. */
export const MEND = { path: "add.js", base: WRONG, head: RIGHT }
export const DELETE_TEST = { path: "test/adds.test.js", base: ADDS, head: null }

/** Issue 1, and pull requests: 2 fixes it, 3 deletes the failing test, 4 is another miner's copy of 2, 5 contains a secret. */
export const gitStory = (options: Partial<StandInOptions> = {}) =>
  Effect.gen(function* () {
    const { url, control } = yield* start({ port: 0, facts: [], ...options })
    for (const login of ["ada", "bob", "cleo"]) yield* control.createUser({ payload: { login } })
    const observer = yield* control.createUser({ payload: { login: "observer" } })
    yield* control.createRepository({ payload: { repository: CALC, files: FILES } })
    yield* control.openIssue({ payload: { repository: CALC, title: "It adds wrongly", author: "ada" } })
    const open = (author: string, title: string, contents: Parameters<typeof control.forcePush>[0]["payload"]["contents"]) =>
      control.openPullRequest({ payload: { repository: CALC, title, author, closes: [IssueNumber.make(1)], contents } })
    yield* open("bob", "Add rightly", [MEND])
    yield* open("bob", "Delete a test", [DELETE_TEST])
    yield* open("cleo", "Add rightly too", [MEND])
    yield* open("cleo", "Add with a key", [MEND, { path: "key.js", base: null, head: `export const key = "ghp_${"k7Qz".repeat(9)}"\n` }])
    return { url, control, observer, env: { GITTENSOR_GITHUB_URL: url, GITTENSOR_GITHUB_TOKEN: observer.token } }
  })
