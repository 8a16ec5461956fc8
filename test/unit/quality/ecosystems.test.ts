/** The commands in ecosystems' plans, and those that a repository's manifests cannot inject. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { planFor, planOf } from "../../../src/quality/verify/ecosystems.ts"
import type { RepositoryFiles } from "../../../src/quality/verify/manifests.ts"
import { REGISTRY_REQUIREMENT, requirementsOf } from "../../../src/quality/verify/pythonDependencies.ts"
import { canBox, readableFolder, shell } from "../../support/sandbox/boxes.ts"

const filesOf = (contents: Readonly<Record<string, string>>): RepositoryFiles => ({
  all: Object.keys(contents).toSorted(),
  has: (path) => Object.hasOwn(contents, path),
  read: (path) => contents[path] ?? ""
})

const FROM_REGISTRY = ["a", "A-b_c.d", "a[b,c]", "a [b] >=1,<2 ; python_version < '3.9'", "a==1.*", "a (>=1.0)", "a~=1.0", "a===1+local"]
const BUILT = [
  "a @ https://x.example/a.tar.gz",
  "a@git+https://x.example/a",
  "https://x.example/a.whl",
  "git+https://x.example/a",
  "./a",
  "../a",
  "a/b",
  "-e .",
  "--index-url https://x.example",
  "a --no-binary a",
  "a ; python_version > '3' @ https://x.example/a.zip",
  "file:a",
  ".",
  ""
]

describe("a Python requirement", () => {
  it("counts when a registry answers it, and not when something would be built", () => {
    for (const one of FROM_REGISTRY) assert.match(one, REGISTRY_REQUIREMENT)
    // Options behind a requirement are cut off earlier.
    for (const one of BUILT.filter((text) => !text.startsWith("a --"))) assert.notMatch(one, REGISTRY_REQUIREMENT, one)
    const manifest = JSON.stringify([...FROM_REGISTRY, ...BUILT])
    const taken = requirementsOf(filesOf({ "pyproject.toml": `[project]\ndependencies = ${manifest}` }), ".", [])
    assert.deepStrictEqual(taken, FROM_REGISTRY)
  })
})

describe.skipIf(!canBox)("a Python repository's requirements files", () => {
  it.scopedLive("are read with what they name, without options and without what would be built", () =>
    Effect.gen(function* () {
      const contents = {
        "test_a.py": "",
        "requirements.txt": `${FROM_REGISTRY.join("\n")}\r\n${BUILT.join("\n")}\n-r requirements/base.txt\n-r ../outside.txt\n-r ${"/etc/passwd"}\n-c limits.txt # why`,
        "requirements/base.txt": "base==1 \\\n    --hash=sha256:00 # comment\n# a comment\nother#part\n-r ../more.txt",
        "more.txt": "more\n-r requirements.txt",
        "limits.txt": "a<3\n--no-binary :all:\nb @ https://x.example/b.zip"
      }
      const files = filesOf(contents)
      const plan = planFor(files)
      assert.strictEqual(plan?.ecosystem, "pytest")
      assert.isFalse(plan?.fetchRunsCode)
      assert.sameMembers(
        [...(plan?.fetchFiles ?? [])],
        Object.keys(contents).filter((name) => name.endsWith(".txt"))
      )
      const input = yield* readableFolder
      for (const name of plan?.fetchFiles ?? []) {
        mkdirSync(join(input, dirname(name)), { recursive: true })
        writeFileSync(join(input, name), files.read(name))
      }
      const programs = yield* readableFolder
      mkdirSync(join(programs, "bin"))
      const fake = join(programs, "bin/python3")
      writeFileSync(fake, '#!/bin/sh\ncat /tmp/requirements.txt; echo "--"; cat /tmp/constraints.txt; echo "--"; printf "%s\\n" "$@"')
      chmodSync(fake, 0o755)
      const { output } = yield* shell(plan?.fetch ?? "", {
        input,
        readOnly: [{ outside: programs, inside: "/fake" }],
        path: ["/fake/bin"]
      })
      const [lists = "", constraints = "", args = ""] = output.split("--\n")
      assert.deepStrictEqual(lists.trim().split("\n"), [...FROM_REGISTRY, "a", "base==1", "more"])
      assert.strictEqual(constraints.trim(), "a<3")
      assert.include(args, "--only-binary\n:all:\n")
    })
  )
})

describe("a command that maintainers chose", () => {
  const files = { "package.json": JSON.stringify({ scripts: { test: "node --test" } }), "a.test.js": "" }
  const planned = (contents: Readonly<Record<string, string>>, command: string | null = null) => {
    const { isRecognised, plan } = planOf(filesOf(contents), command)
    return [plan?.command, isRecognised]
  }

  it("replaces the recognised one, and is replaced by one that was given", () => {
    const chosen = { ".gittensor.yml": "test: make check\n" }
    assert.deepStrictEqual(planned({ ...files, ...chosen }), ["make check", true])
    assert.deepStrictEqual(planned({ ...files, ...chosen }, "make all"), ["make all", true])
    assert.deepStrictEqual(planned(chosen), ["make check", false])
    assert.deepStrictEqual(planned({}), [undefined, false])
    const recognised = planned(files)
    assert.notDeepEqual(recognised[0], "make check")
    for (const text of ["bounties: false\n", "test: [a, b]\n", "test: &a x\nb: *a\n"])
      assert.deepStrictEqual(planned({ ...files, ".gittensor.yml": text }), recognised, text)
  })
})
