/** Realistic repositories: tests in one language beside manifests of another, scripts that call scripts, and workspaces of every kind. */
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { planFor } from "../../../src/quality/verify/ecosystems.ts"
import type { RepositoryFiles } from "../../../src/quality/verify/manifests.ts"
import { reasonIn } from "../../../src/quality/verify/verify.ts"
import { folder } from "../../support/folder.ts"

const filesOf = (contents: Readonly<Record<string, string>>): RepositoryFiles => ({
  all: Object.keys(contents).toSorted(),
  has: (path) => Object.hasOwn(contents, path),
  read: (path) => contents[path] ?? ""
})
const plan = (contents: Readonly<Record<string, string>>) => planFor(filesOf(contents))
const manifest = (scripts: Readonly<Record<string, string>>, more: object = {}) => JSON.stringify({ name: "root", scripts, ...more })
/** The command without the common prefix. */
const command = (contents: Readonly<Record<string, string>>) =>
  plan(contents)?.command.replace('PATH="/box/work/node_modules/.bin:$PATH"; ', "")

/** The test script that `npm init` writes. */
const PLACEHOLDER = 'echo "Error: no test specified" && exit 1'
const VITEST = (report = "$REPORT") => `--run --reporter=json --outputFile="${report}"`

describe("a repository's ecosystem", () => {
  it.each([
    [
      "Python with a package.json for prettier",
      { "package.json": manifest({ test: "prettier --check ." }), "tests/test_a.py": "", "pyproject.toml": "" },
      "pytest"
    ],
    [
      "Python with npm's placeholder",
      { "package.json": manifest({ test: PLACEHOLDER }), "tests/test_a.py": "", "tests/data/a.js": "", "tests/test_b.py": "" },
      "pytest"
    ],
    ["Python with a module in Rust", { "Cargo.toml": "", "src/lib.rs": "", "tests/test_a.py": "", "tests/test_b.py": "" }, "pytest"],
    [
      "Go with a page",
      { "go.mod": "", "a_test.go": "", "b_test.go": "", "package.json": manifest({ test: "vitest" }), "ui/a.test.ts": "" },
      "go"
    ],
    [
      "Go whose package.json is for a linter",
      { "go.mod": "", "a_test.go": "", "package.json": manifest({ test: "markdownlint ." }) },
      "go"
    ],
    [
      "Rust with a package.json for its documents",
      { "Cargo.toml": "", "src/lib.rs": "", "package.json": manifest({ test: "eslint docs" }) },
      "cargo"
    ],
    [
      "JavaScript with a script in Python",
      { "package.json": manifest({ test: "jest" }), "a.test.js": "", "b.test.js": "", "tools/test_x.py": "" },
      "npm"
    ],
    ["JavaScript whose tests are only a script", { "package.json": manifest({ test: "./check.sh" }) }, "npm"]
  ] as const)("is that of its tests: %s", (_, contents, ecosystem) => {
    assert.strictEqual(plan(contents)?.ecosystem, ecosystem)
  })

  it("is none where a script says that there are no tests", () => {
    assert.isUndefined(plan({ "package.json": manifest({ test: PLACEHOLDER }), "index.js": "" }))
    assert.isUndefined(plan({ "package.json": manifest({ test: "exit 0" }) }))
  })
})

describe("a package's test script", () => {
  it.each([
    ["npm run lint && npm run test:unit", { lint: "eslint .", "test:unit": "vitest" }, `{ :; } && { vitest ${VITEST()}; }`],
    ["npm run -s unit -- --coverage", { unit: "vitest run" }, `{ vitest run --coverage ${VITEST()}; }`],
    ["pnpm unit", { unit: "vitest" }, `{ vitest ${VITEST()}; }`],
    ["yarn unit", { unit: "vitest" }, `{ vitest ${VITEST()}; }`],
    ["yarn run unit", { unit: "vitest" }, `{ vitest ${VITEST()}; }`],
    ["node --run unit", { unit: "vitest" }, `{ vitest ${VITEST()}; }`],
    ["cross-env CI=1 NODE_ENV='a b' npm run unit", { unit: "vitest" }, `(export CI=1; export NODE_ENV='a b'; vitest ${VITEST()})`],
    ["run-s build 'test:*'", { build: "tsc", "test:a": "vitest" }, `{ tsc && vitest ${VITEST()}; }`],
    ["npm run loop", { loop: "npm run loop2", loop2: "npm run loop" }, "{ { npm run loop; }; }"],
    ["npm run missing; vitest", {}, `npm run missing ; vitest ${VITEST()}`],
    ["echo 'npm run unit && x' && vitest", { unit: "jest" }, `echo 'npm run unit && x' && vitest ${VITEST()}`],
    ["standard && TZ=UTC npx eslint . --fix && vitest", {}, `: && : && vitest ${VITEST()}`],
    ["standard-version && eslint-x; vitest", {}, `standard-version && eslint-x ; vitest ${VITEST()}`],
    ["c8 --check-coverage npm run unit && x", { unit: "vitest" }, `{ vitest ${VITEST()}; } && x`],
    ["nyc --reporter=lcov yarn unit", { unit: "vitest" }, `{ vitest ${VITEST()}; }`],
    ["nyc --silent vitest", {}, `nyc --silent vitest ${VITEST()}`],
    ["nyc tape 'test/*.js'", {}, `nyc tape 'test/*.js' >"$REPORT"`],
    ["borp --coverage", {}, `borp --reporter=junit:"$REPORT" --coverage`],
    ["vitest run --reporter=verbose --outputFile 'a b.xml' --outputFile.junit=x -t \"a  b\"", {}, `vitest run -t "a  b" ${VITEST()}`],
    [
      "node --test --test-reporter spec --test-reporter-destination=stdout test/*.js",
      {},
      `node --test-reporter=junit --test-reporter-destination="$REPORT" --test test/*.js`
    ],
    ["mocha -u tdd --reporter spec", {}, `mocha -u tdd --reporter json --reporter-option output="$REPORT"`],
    ["./report --reporter=mine", {}, "./report --reporter=mine"],
    ["yarn vitest", {}, `vitest ${VITEST()}`],
    ["yarn run vitest --coverage 2>&1", {}, `vitest --coverage 2>&1 ${VITEST()}`],
    ["yarn exec -- vitest", {}, `vitest ${VITEST()}`],
    ["pnpm exec vitest run", {}, `vitest run ${VITEST()}`],
    ["TZ=UTC pnpm vitest", {}, `TZ=UTC vitest ${VITEST()}`],
    ["corepack yarn unit", { unit: "vitest" }, `{ vitest ${VITEST()}; }`],
    ["corepack pnpm vitest", {}, `vitest ${VITEST()}`],
    ["yarn install && yarn node x.js && pnpm -s x", {}, "yarn install && yarn node x.js && pnpm -s x"],
    ["bun test && vitest 2>&1", {}, undefined]
  ] as const)("calls others: %s", (test, scripts, expected) => {
    const found = command({ "package.json": manifest({ test, ...scripts }) })
    if (expected !== undefined) assert.strictEqual(found, expected)
  })

  it("comes after what is to be done before it", () => {
    const found = command({
      "package.json": manifest({ test: "npm run unit", pretest: "npm run build", build: "tsc", preunit: "x", unit: "vitest" })
    })
    assert.strictEqual(found, `{ tsc; } && { x && vitest ${VITEST()}; }`)
  })

  it("writes a report for each of its runners, which become one", () => {
    const found = command({ "package.json": manifest({ test: "npm run a && mocha", a: "vitest" }) }) ?? ""
    assert.include(found, VITEST("/box/tmp/report-1"))
    assert.include(found, 'mocha --reporter json --reporter-option output="/box/tmp/report-2"')
    assert.include(found, '>"$REPORT"')
  })

  it("that calls two scripts which call two each is followed to an end", () => {
    const scripts = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`s${index}`, `npm run s${index + 1} && npm run s${index + 1}`])
    )
    assert.isBelow(command({ "package.json": manifest({ ...scripts, test: "npm run s0" }), "a.test.js": "" })?.length ?? 0, 20_000)
  })

  it("may be missing: then a package that the manifest names runs the tests", () => {
    const files = (devDependencies: object) => ({
      "package.json": manifest({ test: PLACEHOLDER }, { devDependencies }),
      "src/a.test.ts": ""
    })
    assert.strictEqual(command(files({ vitest: "4" })), `vitest run ${VITEST()}`)
    assert.match(command(files({ typescript: "5" })) ?? "", /^node --test-reporter=junit/)
  })
})

const MEMBERS = {
  "packages/a/package.json": JSON.stringify({ name: "@x/a", scripts: { test: "vitest" }, dependencies: { "@x/b": "workspace:*" } }),
  "packages/b/package.json": JSON.stringify({ name: "@x/b", scripts: { test: "vitest run" } }),
  "packages/c/package.json": JSON.stringify({ name: "c", scripts: { test: PLACEHOLDER } }),
  "old/d/package.json": JSON.stringify({ name: "d", scripts: { test: "vitest" } }),
  "packages/a/src/a.test.ts": ""
}
const inPackage = (folder: string, text: string) => `(cd '/box/work/${folder}' && PATH="$PWD/node_modules/.bin:$PATH" && ${text})`
const BOTH = [
  inPackage("packages/a", `vitest ${VITEST("/box/tmp/report-1")}`),
  inPackage("packages/b", `vitest run ${VITEST("/box/tmp/report-2")}`)
]

describe("a workspace", () => {
  it.each([
    ["npm", { "package.json": manifest({}, { workspaces: ["packages/*"] }), "package-lock.json": "" }],
    [
      "Yarn",
      { "package.json": manifest({ test: PLACEHOLDER }, { workspaces: { packages: ["packages/**", "!packages/c"] } }), "yarn.lock": "" }
    ],
    [
      "pnpm",
      {
        "package.json": manifest({}),
        "pnpm-lock.yaml": "",
        "pnpm-workspace.yaml": "# x\npackages:\n  - 'packages/*' # all\n  - \"!old/**\"\ncatalog:\n  - no\n"
      }
    ],
    ["npm, told to run all", { "package.json": manifest({ test: "npm test --workspaces --if-present" }, { workspaces: ["packages/*"] }) }],
    ["pnpm, told to run all", { "package.json": manifest({ test: "pnpm -r test" }), "pnpm-workspace.yaml": "packages:\n- packages/*\n" }],
    ["turbo", { "package.json": manifest({ test: "turbo run test" }, { workspaces: ["packages/*"] }) }],
    ["lerna", { "package.json": manifest({ test: "lerna run test --stream" }, { workspaces: ["packages/*"] }) }],
    ["nx", { "package.json": manifest({ test: "nx run-many -t test" }, { workspaces: ["packages/*"] }) }],
    ["Yarn's own plugin", { "package.json": manifest({ test: "yarn workspaces foreach -A run test" }, { workspaces: ["packages/*"] }) }]
  ] as const)("of %s runs each package's tests in its folder", (_, root) => {
    const found = command({ ...MEMBERS, ...root }) ?? ""
    for (const one of BOTH) assert.include(found, one)
    assert.notInclude(found, "old/d")
    assert.notInclude(found, "packages/c")
  })

  it("runs the one package that a script names", () => {
    for (const test of ["npm test -w @x/b", "pnpm --filter @x/b test", "yarn workspace @x/b test", "npm --prefix packages/b test"])
      assert.strictEqual(
        command({ ...MEMBERS, "package.json": manifest({ test }, { workspaces: ["packages/*"] }) }),
        `{ ${inPackage("packages/b", `vitest run ${VITEST()}`)}; }`,
        test
      )
  })

  it.scoped("of Yarn is installed by npm, which does not know Yarn's names", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const named = {
        a: "workspace:^",
        b: "catalog:",
        c: "portal:../c",
        d: "patch:d@npm%3A4.17.21#~/.yarn/patches/d.patch",
        e: "patch:@x/e@npm:^1.2.0#./e.patch",
        f: "npm:@x/f@^2",
        g: "^3.0.0"
      }
      writeFileSync(join(place, "package.json"), manifest({}, { dependencies: named, devEngines: { packageManager: { name: "yarn" } } }))
      mkdirSync(join(place, "b"))
      writeFileSync(join(place, "b", "package.json"), "not JSON")
      const found = plan({ "package.json": manifest({ test: "vitest" }, { dependencies: named }), "yarn.lock": "", "a.test.js": "" })
      const fetch = found?.fetch ?? ""
      const before = fetch.slice(0, fetch.indexOf("npm install"))
      execFileSync("sh", ["-c", before], { cwd: place })
      assert.deepStrictEqual(JSON.parse(readFileSync(join(place, "package.json"), "utf8")), {
        name: "root",
        scripts: {},
        dependencies: { a: "*", b: "*", c: "file:../c", d: "4.17.21", e: "^1.2.0", f: "npm:@x/f@^2", g: "^3.0.0" }
      })
      assert.strictEqual(readFileSync(join(place, "b", "package.json"), "utf8"), "not JSON")
    })
  )

  it("of Cargo is tested as a whole, with the files that its targets name", () => {
    const found = plan({
      "Cargo.toml": `[workspace]\nmembers = ["a"]\n[workspace.dependencies]\nserde = "1"`,
      "a/Cargo.toml": `[package]\nname = "a"\nbuild = "make.rs"\n[lib]\npath = "lib.rs"\n[[bin]]\nname = "tool"\n[[bench]]\nname = "fast"\npath = "b/fast.rs"`,
      "a/lib.rs": ""
    })
    assert.include(found?.command, "cargo test --workspace ")
    for (const path of ["a/make.rs", "a/lib.rs", "a/src/bin/tool.rs", "a/b/fast.rs"]) assert.include(found?.fetch, `'./${path}'`)
  })

  it("of Cargo needs something also for one platform alone", () => {
    assert.isNotNull(plan({ "Cargo.toml": `[target.'cfg(unix)'.dependencies]\nlibc = "0.2"`, "src/lib.rs": "" })?.fetch)
  })

  it("of Go runs each module that it uses", () => {
    const found = plan({
      "go.work": "go 1.24\nuse (\n\t./a\n\t./b/c // why\n)\n",
      "a/go.mod": "",
      "a/a_test.go": "",
      "b/c/go.mod": "require x",
      "other/go.mod": ""
    })
    assert.include(found?.command, "for one in './a' './b/c'; do")
    assert.deepStrictEqual(found?.fetchFiles, ["go.work", "a/go.mod", "b/c/go.mod"])
  })

  it("of Gradle has the folders of its projects, and the builds that it includes", () => {
    const found = plan({
      "settings.gradle.kts": `pluginManagement { includeBuild("build-logic") }\ninclude(":app", // the app\n  ":libs:core")\n`,
      "build-logic/src/main/kotlin/x.gradle.kts": "",
      "build-logic/src/main/kotlin/Y.kt": "",
      "app/src/test/kotlin/ATest.kt": ""
    })
    assert.include(found?.fetch, "mkdir -p './app' './libs/core'")
    assert.include(found?.fetchFiles ?? [], "build-logic/src/main/kotlin/Y.kt")
  })

  it("of uv needs its members' requirements, but not its members, of a registry", () => {
    const found = plan({
      "pyproject.toml": `[project]\nname = "root"\ndependencies = ["my_core", "httpx"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]`,
      "packages/core/pyproject.toml": `[project]\nname = "My.Core"\ndependencies = ["attrs>=1"]`,
      "packages/old/pyproject.toml": `[project]\nname = "old"\ndependencies = ["forgotten"]`,
      "packages/core/tests/test_a.py": ""
    })
    assert.match(found?.fetch ?? "", / pytest 'httpx' 'attrs>=1'$/)
    assert.include(found?.environment.PYTHONPATH, "/box/work/packages/core/src:/box/work/packages/core:")
  })

  it("of Poetry leads on by paths", () => {
    const found = plan({
      "pyproject.toml": `[tool.poetry]\nname = "root"\n[tool.poetry.dependencies]\ncore = { path = "../root/libs/core", develop = true }\nlib = { path = "libs/core" }\nrich = "^13"`,
      "libs/core/pyproject.toml": `[tool.poetry]\nname = "lib"\n[tool.poetry.dependencies]\nutil = { path = "../util" }\nattrs = "*"`,
      "libs/util/setup.py": "setup(install_requires=['six'])",
      "tests/test_a.py": ""
    })
    assert.match(found?.fetch ?? "", / pytest 'rich>=13,<14' 'attrs' 'six'$/)
  })
})

describe("Python's requirements files", () => {
  it("lead to the project itself, with the extras that they name", () => {
    const found = plan({
      "requirements-dev.txt": "-e .[cli]\n-e ./libs/a\n",
      "setup.py": `REQUIRES = [\n  "attrs",  # "no"\n  'six; python_version<"4"',\n]\nsetup(name="x", install_requires=REQUIRES, extras_require={"cli": ["rich"], "docs": ["sphinx"], 'test': ('mock',)})`,
      "libs/a/pyproject.toml": `[project]\nname = "a"\ndependencies = ["yarl"]`,
      "test_a.py": ""
    })
    assert.match(found?.fetch ?? "", / pytest 'attrs' .*'rich' 'mock' 'yarl'$/)
    assert.notInclude(found?.fetch, "sphinx")
  })
})

describe("the reason of a failed fetch", () => {
  it.each([
    [
      "npm",
      "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/left-pat\nnpm error 404\nnpm error 404  The requested resource could not be found\nnpm notice\nnpm notice New major version of npm available! 10.9.2 -> 11.6.0\nnpm notice To update run: npm install -g npm@11.6.0\nnpm error A complete log of this run can be found in: /box/home/.npm/_logs/x.log\n",
      /E404.*left-pat/
    ],
    [
      "pip",
      "ERROR: Could not find a version that satisfies the requirement nope==9 (from versions: none)\nERROR: No matching distribution found for nope==9\n\n[notice] A new release of pip is available: 24.0 -> 25.3\n[notice] To update, run: python3 -m pip install --upgrade pip\n",
      /^ERROR: Could not find a version .*No matching distribution found for nope==9$/
    ],
    [
      "Gradle",
      "> Task :x\nFAILURE: Build failed with an exception.\n\n* What went wrong:\nCould not resolve all files for configuration ':runtimeClasspath'.\n> Could not find com.example:lib:1.\n\n* Try:\n> Run with --stacktrace option to get the stack trace.\n> Get more help at https://help.gradle.org.\n\nBUILD FAILED in 3s\n",
      /Could not find com\.example:lib:1/
    ],
    [
      "Cargo",
      "    Updating crates.io index\nerror: failed to get `nope` as a dependency of package `a`\n\nCaused by:\n  no matching package named `nope` found\n",
      /failed to get `nope`.*no matching package/
    ],
    [
      "pnpm",
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date\n\nNote that in CI environments this setting is true by default.\n',
      /ERR_PNPM_OUTDATED_LOCKFILE/
    ],
    ["one that says nothing of an error", "a\nb\nc\nd\n", /^b; c; d$/]
  ] as const)("is what %s says, without its notices", (_, output, reason) => {
    const found = reasonIn(output)
    assert.match(found, reason)
    assert.notMatch(found, /notice|complete log|--stacktrace|Note that/)
  })
})
