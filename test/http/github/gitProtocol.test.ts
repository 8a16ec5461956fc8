/** The simulated GitHub serves git: a clone has the contents that REST shows. */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { folder } from "../../support/folder.ts"
import { CALC, gitStory, numbered, RIGHT, WRONG } from "../../support/github/gitStory.ts"

/** Runs git asynchronously, because this process serves it. */
const git = (cwd: string, ...args: ReadonlyArray<string>) =>
  Effect.async<{ readonly code: number | null; readonly text: string }>((resume) => {
    const child = spawn("git", args, {
      cwd,
      env: { PATH: process.env.PATH, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" }
    })
    let text = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)))
    child.on("close", (code) => resume(Effect.succeed({ code, text: text.trim() })))
  })

const get = (url: string) => Effect.promise(async () => (await (await fetch(url)).json()) as { readonly [key: string]: never })

describe("git at the simulated GitHub", () => {
  it.scopedLive("clones the default branch, fetches heads by their commits, and follows merges and force-pushes", () =>
    Effect.gen(function* () {
      const { url, control } = yield* gitStory()
      const home = yield* folder
      const clone = yield* git(home, "clone", "--quiet", `${url}/${CALC}.git`, "calc")
      assert.strictEqual(clone.code, 0, clone.text)
      const calc = join(home, "calc")
      assert.strictEqual(readFileSync(join(calc, "add.js"), "utf8"), WRONG)
      assert.strictEqual((yield* git(calc, "fsck", "--strict")).code, 0)

      const pull = (yield* get(`${url}/repos/${CALC}/pulls/2`)) as unknown as { readonly head: { readonly sha: string } }
      const first = pull.head.sha
      assert.strictEqual((yield* git(calc, "fetch", "--quiet", "--depth=1", "origin", first)).code, 0)
      assert.strictEqual((yield* git(calc, "show", `${first}:add.js`)).text, RIGHT.trim())
      const blob = (yield* git(calc, "rev-parse", `${first}:add.js`)).text
      const [file] = (yield* get(`${url}/repos/${CALC}/pulls/2/files`)) as unknown as ReadonlyArray<{ readonly sha: string }>
      assert.strictEqual(file?.sha, blob)

      yield* control.forcePush({ payload: { ...numbered(2), contents: [{ path: "add.js", base: WRONG, head: `// sum\n${RIGHT}` }] } })
      assert.strictEqual((yield* git(calc, "fetch", "--quiet", "origin", "refs/pull/2/head:pushed")).code, 0)
      assert.notStrictEqual((yield* git(calc, "rev-parse", "pushed")).text, first)
      const empty = yield* folder
      yield* git(empty, "init", "--quiet")
      const gone = yield* git(empty, "fetch", "--quiet", "--depth=1", `${url}/${CALC}.git`, first)
      assert.match(gone.text, /not our ref/)

      const merged = yield* control.mergePullRequest({ payload: numbered(2) })
      assert.strictEqual((yield* git(calc, "pull", "--quiet")).code, 0)
      assert.strictEqual((yield* git(calc, "rev-parse", "HEAD")).text, merged.mergeCommit)
      assert.strictEqual(readFileSync(join(calc, "add.js"), "utf8"), `// sum\n${RIGHT}`)
    })
  )

  it.scopedLive("follows a rename, and asks for a password where a repository is missing or private", () =>
    Effect.gen(function* () {
      const { url, control } = yield* gitStory()
      const home = yield* folder
      yield* control.changeRepository({ payload: { repository: CALC, name: RepositoryName.make("acme/sum") } })
      assert.strictEqual((yield* git(home, "ls-remote", `${url}/${CALC}.git`)).code, 0)
      yield* control.changeRepository({ payload: { repository: RepositoryName.make("acme/sum"), private: true } })
      for (const name of ["acme/sum", "acme/nowhere"]) {
        const { code, text } = yield* git(home, "ls-remote", `${url}/${name}.git`)
        assert.strictEqual(code, 128)
        assert.match(text, /could not read Username/)
      }
    })
  )
})
