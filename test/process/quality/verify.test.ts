/** `gittensor verify` on small repositories, each with a toolchain of this machine. Skipped where no sandbox can start or a tool is missing. */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, run } from "../../support/cli/support.ts"

const trial = spawnSync("bwrap", ["--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"], { encoding: "utf8" })
const canBox = trial.status === 0
const has = (...command: ReadonlyArray<string>) => canBox && spawnSync(command[0] ?? "", command.slice(1)).status === 0

type Files = Readonly<Record<string, string | null>>

/** A repository with the branches main and fix. `null` deletes a file. */
const repository = (base: Files, fix: Files) =>
  Effect.map(folder, (path) => {
    const git = (...args: ReadonlyArray<string>) => {
      const { status, stderr } = spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: path,
        encoding: "utf8"
      })
      assert.strictEqual(status, 0, stderr)
    }
    const commit = (files: Files, message: string) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        if (text === null) rmSync(join(path, name))
        else writeFileSync(join(path, name), text)
      }
      git("add", "-A")
      git("commit", "-q", "-m", message)
    }
    git("init", "-q", "-b", "main")
    commit(base, "base")
    git("checkout", "-q", "-b", "fix")
    commit(fix, "fix")
    return path
  })

interface Verified {
  readonly verdict: string
  readonly failToPass: ReadonlyArray<string>
  readonly broken: ReadonlyArray<string>
  readonly flaky: ReadonlyArray<string>
  readonly own: Readonly<Record<"failToPass" | "failing" | "removed" | "skipped" | "hidden", ReadonlyArray<string>>> | null
  readonly changedDependencies: ReadonlyArray<string>
}

const verified = (path: string, ...args: ReadonlyArray<string>) =>
  Effect.map(
    run(["verify", "--repository", path, "--head", "fix", "--json", ...args], {
      RUSTUP_HOME: process.env.RUSTUP_HOME ?? `${process.env.HOME}/.rustup`
    }),
    ({ code, stdout, stderr }) => {
      assert.notStrictEqual(stdout, "", stderr)
      const report: Verified = JSON.parse(stdout)
      assert.strictEqual(code, report.verdict === "verified" ? 0 : 1, stderr)
      return report
    }
  )

describe("gittensor verify", () => {
  it.scopedLive.skipIf(!has("python3", "-m", "pytest", "--version"))("runs pytest, leaves flaky tests out, and sees weakened ones", () =>
    Effect.gen(function* () {
      const path = yield* repository(
        {
          "pytest.ini": "[pytest]\n",
          // A file that cannot be collected does not keep other files' tests from running.
          "tests/test_other.py": "import nothing_of_that_name\ndef test_never(): pass\n",
          "calc.py": "def add(a, b):\n    return a - b\ndef mul(a, b):\n    return a * b\n",
          "tests/test_calc.py":
            "import os\nfrom calc import add, mul\ndef test_add(): assert add(2, 2) == 4\ndef test_mul(): assert mul(2, 3) == 6\ndef test_luck():\n    ran = os.path.exists('/box/home/ran')\n    open('/box/home/ran', 'w').close()\n    assert ran\n"
        },
        {
          "calc.py": "def add(a, b):\n    return a + b\ndef mul(a, b):\n    return a + b\n",
          "tests/test_calc.py": "from calc import add\ndef test_add(): assert add(2, 2) == 4\ndef test_more(): assert add(2, 3) == 5\n"
        }
      )
      const report = yield* verified(path, "--runs", "2")
      assert.deepStrictEqual(
        [report.verdict, report.failToPass, report.broken],
        ["broken", ["tests/test_calc.py::test_add"], ["tests/test_calc.py::test_mul"]]
      )
      assert.deepStrictEqual(report.flaky, ["tests/test_calc.py::test_luck"])
      assert.deepStrictEqual(report.own, {
        failToPass: ["tests/test_calc.py::test_add", "tests/test_calc.py::test_more"],
        failing: [],
        removed: ["tests/test_calc.py::test_mul"],
        skipped: [],
        hidden: ["tests/test_calc.py::test_mul"]
      })
    })
  )

  it.scopedLive.skipIf(!has("node", "--version"))("runs the base's npm script, whatever the pull request makes of it", () =>
    Effect.gen(function* () {
      const test = (body: string) =>
        `import test from "node:test"\nimport assert from "node:assert"\nimport { twice } from "../twice.js"\n${body}`
      const path = yield* repository(
        {
          "package.json": '{"type":"module","scripts":{"test":"node --test"}}',
          "twice.js": "export const twice = (n) => n + 1\n",
          "test/twice.test.js": test(`test("one", () => assert.equal(twice(1), 2))\n`)
        },
        {
          "package.json": '{"type":"module","scripts":{"test":"true"}}',
          "twice.js": "export const twice = (n) => n * 2\n",
          "test/three.test.js": test(`test("three", () => assert.equal(twice(3), 6))\n`)
        }
      )
      const report = yield* verified(path)
      assert.strictEqual(report.verdict, "verified")
      assert.deepStrictEqual([report.failToPass, report.broken, report.changedDependencies], [[], [], ["package.json"]])
      assert.strictEqual(report.own?.failToPass.length, 1)
      assert.match(report.own?.failToPass[0] ?? "", /three/)
    })
  )

  it.scopedLive.skipIf(!has("python3", "-m", "pytest", "--version"))("believes no exit code", () =>
    Effect.gen(function* () {
      const path = yield* repository(
        {
          "calc.py": "def add(a, b):\n    return a + b\n",
          "test_calc.py": "from calc import add\ndef test_add(): assert add(2, 2) == 4\n"
        },
        { "calc.py": "import os\nos._exit(0)\n" }
      )
      const report = yield* verified(path, "--runs", "1")
      assert.deepStrictEqual([report.verdict, report.failToPass, report.broken], ["broken", [], ["test_calc.py::test_add"]])
    })
  )

  it.live("refuses what it cannot know", () =>
    Effect.gen(function* () {
      const neither = yield* run(["verify"])
      assert.strictEqual(neither.code, 2)
      assert.include(neither.stderr, "name one pull request")
      const nowhere = yield* run(["verify", "--repository", join(import.meta.dirname, "none")])
      assert.include(nowhere.stderr, "no such folder")
    }).pipe(Effect.when(() => canBox))
  )
})
