/** How each ecosystem's repositories are recognised, their dependencies fetched, and their tests run with a report that programs can read. */
import type { ReadOnlyPath } from "../../layers/sandbox/Sandbox.ts"
import { jsonOf, type RepositoryFiles, record, tomlOf } from "./manifests.ts"
import { pythonRequirements, REGISTRY_REQUIREMENT, requirementFiles } from "./pythonDependencies.ts"

/** Where fetched dependencies are inside a box: writable while they are fetched, read-only afterwards. */
export const DEPENDENCIES = "/deps"

/** A way to run a repository's tests, found by the base's files alone. */
export interface TestPlan {
  readonly ecosystem: string
  /** Why this ecosystem was chosen. */
  readonly because: string
  /** For /bin/sh in the work folder. It writes the report to the file in $REPORT; otherwise its output is the report. */
  readonly command: string
  /** Prepares the work folder before the first run; null if there is nothing to do. */
  readonly prepare: string | null
  /** For /bin/sh in a folder with nothing but `fetchFiles`, and with a network. null: nothing has to be fetched. */
  readonly fetch: string | null
  /** Whether fetching runs the repository's own code, as a build system does that has to run a build to know what it needs. */
  readonly fetchRunsCode: boolean
  /** The files that the fetch may see, from the base. */
  readonly fetchFiles: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  /** Programs that have to be on this machine. */
  readonly tools: ReadonlyArray<keyof typeof TOOLS>
}

/** The folder that a program is installed in, by where its file really is. */
const folderOf = (program: string): ReadonlyArray<string> => [
  "/bin/sh",
  "-c",
  `dirname "$(dirname "$(readlink -f "$(command -v ${program})")")"`
]

/** How to ask a tool for the folder that it is installed in. Version managers put only a small script on the path. */
export const TOOLS = {
  node: ["node", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  bun: ["bun", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  // A package manager of Node's is found in /usr or beside node; its own folder may hold more than a box should see.
  pnpm: ["node", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  python3: ["python3", "-c", "import sys; print(sys.base_prefix)"],
  rustc: ["rustc", "--print", "sysroot"],
  go: ["go", "env", "GOROOT"],
  java: folderOf("java"),
  mvn: folderOf("mvn"),
  gradle: folderOf("gradle")
} as const satisfies Readonly<Record<string, ReadonlyArray<string>>>

/** The read-only paths and the folder of programs of a tool that is installed in `folder`. What is in /usr is in every box. */
export const pathsOfTool = (folder: string): { readonly readOnly: ReadonlyArray<ReadOnlyPath>; readonly path: ReadonlyArray<string> } =>
  folder === "/usr" || folder === "" || folder === "/"
    ? { readOnly: [], path: [] }
    : { readOnly: folder.startsWith("/usr/") ? [] : [{ outside: folder, inside: folder }], path: [`${folder}/bin`] }

const existing = (files: RepositoryFiles, ...names: ReadonlyArray<string>) => names.filter((name) => files.has(name))

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * Writes those lines of requirements files to one file that a registry answers. The options of a line and the lines that are options are left out: they
 * lead to other servers, or allow packages that are built.
 */
const registryLines = (paths: ReadonlyArray<string>, target: string): string =>
  // `awk 1` ends the last line of each file.
  `awk 1 ${["/dev/null", ...paths.map((path) => quoted(`./${path}`))].join(" ")} | tr -d '\\r' | sed -e 's/\\(^\\|[[:space:]]\\)#.*//' -e 's/[[:space:]]-.*//' -e 's/[[:space:]]*\\\\*[[:space:]]*$//' | grep -E ${quoted(REGISTRY_REQUIREMENT.source)} >${target} || true`

const python = (files: RepositoryFiles): TestPlan | undefined => {
  const marks = existing(files, "pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini", "requirements.txt", "conftest.py")
  const hasTests = files.all.some((path) => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(path))
  if (marks.length === 0 && !hasTests) return undefined
  if (!hasTests) return undefined
  const requirements = files.all.filter((path) => {
    const [, name = ""] = /^(?:requirements\/)?([\w-]+)\.txt$/.exec(path) ?? []
    return /requirements|^(?:dev|tests?)$/.test(name) && !/doc|lint/.test(path)
  })
  const { lists, constraints } = requirementFiles(files, requirements)
  const asked = pythonRequirements(files)
  return {
    ecosystem: "pytest",
    because: marks[0] ?? "test files of Python",
    command: `python3 -m pytest -q -p no:cacheprovider -o junit_family=xunit1 --junitxml="$REPORT"`,
    prepare: null,
    fetch:
      asked.length === 0 && lists.length === 0
        ? null
        : [
            registryLines(lists, "/tmp/requirements.txt"),
            registryLines(constraints, "/tmp/constraints.txt"),
            `python3 -m pip install --quiet --no-input --only-binary :all: --no-warn-script-location --target ${DEPENDENCIES}/python -r /tmp/requirements.txt -c /tmp/constraints.txt pytest ${asked.map(quoted).join(" ")}`
          ].join("\n"),
    fetchRunsCode: false,
    fetchFiles: [...lists, ...constraints],
    environment: {
      PYTHONPATH: `/box/work/src:/box/work:${DEPENDENCIES}/python`,
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONHASHSEED: "0"
    },
    tools: ["python3"]
  }
}

/**
 * Options that make a runner of JavaScript's ecosystem write a report. They come after its name or at the end of its command. A program that also does other things is
 * a runner if what follows it asks for tests.
 */
const NODE_RUNNERS: ReadonlyArray<readonly [runner: RegExp, at: "after" | "end", options: string, asked?: RegExp]> = [
  [/\bnode\b/, "after", `--test-reporter=junit --test-reporter-destination="$REPORT"`, /\s--test\b/],
  [/\bbun test\b/, "after", `--reporter=junit --reporter-outfile="$REPORT"`],
  [/\b(?:tsx|ts-node)\b/, "after", `--test-reporter=junit --test-reporter-destination="$REPORT"`, /\s--test\b/],
  [/\bvitest\b/, "end", `--run --reporter=json --outputFile="$REPORT"`],
  [/\bjest\b/, "end", `--json --outputFile="$REPORT"`],
  [/\bmocha\b/, "end", `--reporter json --reporter-option output="$REPORT"`],
  [/\bava\b/, "end", "--tap"],
  [/\btap\b/, "end", "--reporter=tap"]
]

/** The repository's test command with a report. Linters and builds in the same script run as they are. */
export const nodeCommand = (script: string): string =>
  script
    .split("&&")
    .map((part) => {
      const found = NODE_RUNNERS.find(([runner, , , asked]) => {
        const name = runner.exec(part)
        return name !== null && (asked === undefined || asked.test(part.slice(name.index)))
      })
      if (found === undefined) return part.trim()
      const [runner, at, options] = found
      return (at === "end" ? `${part.trim()} ${options}` : part.replace(runner, (name) => `${name} ${options}`)).trim()
    })
    .join(" && ")

const node = (files: RepositoryFiles): TestPlan | undefined => {
  if (!files.has("package.json")) return undefined
  const manifest = jsonOf(files.read("package.json"))
  const script = record(manifest.scripts).test
  const testFiles = files.all.some((path) => /\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)tests?\//.test(path))
  if (typeof script !== "string" && !testFiles) return undefined
  const needs = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"].some(
    (name) => Object.keys(record(manifest[name])).length > 0
  )
  const manager = files.has("pnpm-lock.yaml") ? "pnpm" : existing(files, "bun.lock", "bun.lockb").length > 0 ? "bun" : "npm"
  const locked = existing(files, "package-lock.json", "npm-shrinkwrap.json").length > 0
  const install = {
    npm: `npm ${locked ? "ci" : "install"} --ignore-scripts --no-audit --no-fund --loglevel=error`,
    // Such files of the workspace's settings, and of packages that these name, run in the installer itself.
    pnpm: "pnpm install --frozen-lockfile --ignore-scripts --ignore-pnpmfile --config.node-linker=hoisted --config.package-import-method=copy",
    bun: "bun install --frozen-lockfile --ignore-scripts"
  }[manager]
  const manifests = files.all.filter((path) => /(?:^|\/)package\.json$/.test(path) && !path.includes("node_modules/"))
  const locks = existing(
    files,
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "bun.lock",
    "bun.lockb"
  )
  const command = typeof script === "string" ? nodeCommand(script) : nodeCommand(manager === "bun" ? "bun test" : "node --test")
  return {
    ecosystem: manager,
    because: typeof script === "string" ? `package.json, whose test script is "${script}"` : "package.json",
    command: `PATH="/box/work/node_modules/.bin:$PATH"; ${command}`,
    // Links instead of a copy: tools write beside their packages, and copies of large trees take long.
    prepare: needs
      ? `mkdir -p node_modules && for one in ${DEPENDENCIES}/node_modules/* ${DEPENDENCIES}/node_modules/.bin; do ln -s "$one" node_modules/; done`
      : null,
    fetch: needs ? `${install} && cp -R node_modules ${DEPENDENCIES}/` : null,
    fetchRunsCode: false,
    fetchFiles: [...manifests, ...locks],
    environment: { CI: "true", NO_COLOR: "1", npm_config_update_notifier: "false" },
    tools: [
      "node",
      ...(manager === "pnpm" ? (["pnpm"] as const) : []),
      ...(manager === "bun" || command.includes("bun ") ? (["bun"] as const) : [])
    ]
  }
}

const cargo = (files: RepositoryFiles): TestPlan | undefined => {
  if (!files.has("Cargo.toml")) return undefined
  const manifests = files.all.filter((path) => /(?:^|\/)Cargo\.toml$/.test(path))
  const needs = manifests.some((path) => {
    const parsed = tomlOf(files.read(path))
    return ["dependencies", "dev-dependencies", "build-dependencies"].some((name) =>
      Object.values({ ...record(parsed[name]), ...record(record(parsed.workspace)[name]) }).some((one) => !("path" in record(one)))
    )
  })
  const locked = files.has("Cargo.lock")
  // Cargo wants each package's source files to exist before it resolves anything.
  const targets = `for one in $(find . -name Cargo.toml); do mkdir -p "$(dirname "$one")/src"; : >"$(dirname "$one")/src/lib.rs"; done`
  return {
    ecosystem: "cargo",
    because: "Cargo.toml",
    command: "cargo test --offline --no-fail-fast --color never 2>&1",
    prepare: needs
      ? `mkdir -p /box/home/cargo && cp -R ${DEPENDENCIES}/cargo/. /box/home/cargo/ && { [ -f Cargo.lock ] || cp ${DEPENDENCIES}/Cargo.lock .; }`
      : null,
    fetch: needs
      ? `${targets}; CARGO_HOME=${DEPENDENCIES}/cargo cargo fetch${locked ? " --locked" : ""} && cp Cargo.lock ${DEPENDENCIES}/`
      : null,
    fetchRunsCode: false,
    fetchFiles: [...manifests, ...existing(files, "Cargo.lock")],
    environment: { CARGO_HOME: "/box/home/cargo", CARGO_TERM_COLOR: "never", CARGO_INCREMENTAL: "0" },
    tools: ["rustc"]
  }
}

const go = (files: RepositoryFiles): TestPlan | undefined => {
  if (!files.has("go.mod")) return undefined
  const needs = /^[ \t]*require\b/m.test(files.read("go.mod"))
  return {
    ecosystem: "go",
    because: "go.mod",
    command: `go test -json -count=1 ./... >"$REPORT"`,
    prepare: null,
    fetch: needs ? `GOMODCACHE=${DEPENDENCIES}/go GOFLAGS=-modcacherw GOTOOLCHAIN=local go mod download` : null,
    fetchRunsCode: false,
    fetchFiles: existing(files, "go.mod", "go.sum"),
    environment: {
      GOMODCACHE: needs ? `${DEPENDENCIES}/go` : "/box/home/go",
      GOCACHE: "/box/home/go-build",
      GOPROXY: "off",
      GOTOOLCHAIN: "local",
      GOFLAGS: "-modcacherw",
      CGO_ENABLED: "0"
    },
    tools: ["go"]
  }
}

/** A test that does nothing, so that fetching finds what the repository's test framework needs to run one. */
const emptyTest = (manifest: string): string =>
  /jupiter|junit-platform/.test(manifest)
    ? "class EmptyTest { @org.junit.jupiter.api.Test void empty() {} }"
    : /testng/.test(manifest)
      ? "public class EmptyTest { @org.testng.annotations.Test public void empty() {} }"
      : "public class EmptyTest { @org.junit.Test public void empty() {} }"

const folderOfPath = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".")

/** Writes the reports of all modules to one file. They are in JUnit's form; old ones of an earlier run are removed first. */
const withReports = (command: string, reports: string): string =>
  `find . -path '*/${reports}/*.xml' -delete; ${command}; find . -path '*/${reports}/*.xml' -exec cat {} + >"$REPORT"`

/** Maven 3.9 takes the box's proxy from Java's settings only if it is told to. */
const BY_PROXY = "-Daether.connector.http.useSystemProperties=true"

const maven = (files: RepositoryFiles): TestPlan | undefined => {
  if (!files.has("pom.xml")) return undefined
  const manifests = files.all.filter((path) => /(?:^|\/)pom\.xml$/.test(path) && !/(?:^|\/)src\//.test(path))
  const repository = `-Dmaven.repo.local=${DEPENDENCIES}/maven`
  const options = "--batch-mode --no-transfer-progress -Dstyle.color=never --fail-at-end -Dmaven.test.failure.ignore=true"
  const all = manifests.map((path) => files.read(path))
  const tests = manifests
    .filter((_, index) => !/<packaging>\s*pom\s*</.test(all[index] ?? ""))
    .map((path) => `${folderOfPath(path)}/src/test/java`)
  const empty = quoted(emptyTest(all.join("\n")))
  return {
    ecosystem: "maven",
    because: "pom.xml",
    command: withReports(`mvn --offline ${repository} ${options} test`, "surefire-reports"),
    prepare: null,
    // An empty test makes Maven fetch the plugins that compile and run tests, which it does not resolve otherwise.
    fetch: `${tests.map((folder) => `mkdir -p ${quoted(folder)} && echo ${empty} >${quoted(`${folder}/EmptyTest.java`)}`).join(" && ") || ":"}; mvn ${repository} ${options} ${BY_PROXY} test`,
    fetchRunsCode: true,
    fetchFiles: [...manifests, ...files.all.filter((path) => path.startsWith(".mvn/"))],
    environment: { MAVEN_OPTS: "-Xmx1g" },
    tools: ["java", "mvn"]
  }
}

/** Resolves everything that a build may ask for, in every project of it. `create`: `register` came with Gradle 4.9. */
const RESOLVE_ALL =
  "allprojects { tasks.create('resolveEverything') { doLast { (configurations + buildscript.configurations).findAll { it.canBeResolved }.each { try { it.files } catch (Exception ignored) { } } } } }"

const gradle = (files: RepositoryFiles): TestPlan | undefined => {
  const marks = existing(files, "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")
  if (marks.length === 0) return undefined
  const wrapper = files.has("gradlew")
  const program = wrapper ? "sh ./gradlew" : "gradle"
  const home = "/box/home/gradle"
  return {
    ecosystem: "gradle",
    because: marks[0] ?? "",
    command: withReports(`${program} --offline --no-daemon --console=plain --continue test`, "build/test-results/test"),
    prepare: `mkdir -p ${home} && cp -R ${DEPENDENCIES}/gradle/. ${home}/`,
    fetch: `echo ${quoted(RESOLVE_ALL)} >/tmp/resolve.gradle; GRADLE_USER_HOME=${DEPENDENCIES}/gradle ${program} --no-daemon --console=plain --init-script /tmp/resolve.gradle resolveEverything`,
    fetchRunsCode: true,
    fetchFiles: files.all.filter((path) =>
      /(?:^|\/)(?:[\w.-]+\.gradle(?:\.kts)?|gradle\.properties|gradle\.lockfile)$|^gradle\/|^gradlew$|^buildSrc\//.test(path)
    ),
    environment: { GRADLE_USER_HOME: home, GRADLE_OPTS: "-Xmx1g -Dorg.gradle.vfs.watch=false" },
    tools: wrapper ? ["java"] : ["java", "gradle"]
  }
}

/** Where several fit, the first counts: a Rust or Go repository often has a package.json for its documentation, hardly ever the other way round. */
const ECOSYSTEMS = [cargo, go, maven, gradle, node, python]

/** What recognised ecosystems look like, for a message. */
export const RECOGNISED = "Cargo.toml, go.mod, pom.xml, build.gradle, package.json with a test script, or test files of Python"

export const planFor = (files: RepositoryFiles): TestPlan | undefined => {
  for (const ecosystem of ECOSYSTEMS) {
    const plan = ecosystem(files)
    if (plan !== undefined) return plan
  }
  return undefined
}

/** The plan for a command that somebody gave; the repository's own ecosystem still says what it needs. */
export const withCommand = (plan: TestPlan | undefined, command: string): TestPlan =>
  plan === undefined
    ? {
        ecosystem: "a given command",
        because: "the command was given",
        command,
        prepare: null,
        fetch: null,
        fetchRunsCode: false,
        fetchFiles: [],
        environment: {},
        tools: []
      }
    : { ...plan, command }
