/** For each ecosystem: how a repository is recognised, its dependencies fetched, and its tests run with a machine-readable report. */
import { dirname, join } from "node:path"
import { CHOICES_FILE, readChoices } from "../../domain/repositoryChoices.ts"
import { gradle, maven } from "./jvmPlans.ts"
import { type RepositoryFiles, record, tomlOf } from "./manifests.ts"
import { node } from "./nodePlan.ts"
import { python } from "./pythonPlan.ts"
import { countOf, DEPENDENCIES, existing, type FoundPlan, folderOfPath, shellQuoted, type TestPlan } from "./testPlan.ts"

const DEPENDENCY_TABLES = ["dependencies", "dev-dependencies", "build-dependencies"]

/** A Cargo manifest's dependency tables, including those of the workspace and of single platforms. */
const tablesOf = (manifest: Readonly<Record<string, unknown>>): ReadonlyArray<unknown> =>
  [manifest, record(manifest.workspace), ...Object.values(record(manifest.target)).map(record)].flatMap((owner) =>
    DEPENDENCY_TABLES.map((name) => owner[name])
  )

const textIn = (value: unknown): ReadonlyArray<string> => (typeof value === "string" ? [value] : [])

/** Source files that a Cargo manifest names, or implies by target names. */
const sourcesOf = (manifest: Readonly<Record<string, unknown>>): ReadonlyArray<string> => {
  const { build, "default-run": byDefault } = record(manifest.package)
  const folders = { bin: "src/bin", test: "tests", bench: "benches", example: "examples" }
  const targets = Object.entries(folders).flatMap(([kind, folder]) => {
    const list = manifest[kind]
    return (Array.isArray(list) ? list : []).flatMap((target: unknown) => {
      const { path, name } = record(target)
      return typeof path === "string" ? [path] : textIn(name).map((one) => `${folder}/${one}.rs`)
    })
  })
  return [...textIn(record(manifest.lib).path), ...textIn(build), ...textIn(byDefault).map((name) => `src/bin/${name}.rs`), ...targets]
}

/** Shell command that creates empty files. */
const createFilesCommand = (paths: ReadonlyArray<string>): string =>
  paths.map((path) => `mkdir -p ${shellQuoted(`./${dirname(path)}`)} && : >${shellQuoted(`./${path}`)}`).join("\n")

/** Estimated number of test files where tests are in the source files: dedicated ones plus a fifth of the others. */
const estimatedTestFiles = (apart: number, all: number): number => apart + Math.ceil((all - apart) / 5)

/** Folders in the `use` directives of a go.work file. */
const workspaceFolders = (text: string): ReadonlyArray<string> =>
  text.split("\n").flatMap((line) => {
    const folder = (line.split("//")[0] ?? "").trim().replace(/^use\s+/, "")
    return /^\.[\w./-]*$/.test(folder) ? [folder.replace(/^\.\//, "").replace(/\/$/, "") || "."] : []
  })

const cargo = (files: RepositoryFiles): FoundPlan | undefined => {
  if (!files.has("Cargo.toml")) return undefined
  const manifests = files.all.filter((path) => /(?:^|\/)Cargo\.toml$/.test(path))
  const needs = manifests.some((path) => {
    const parsed = tomlOf(files.read(path))
    return tablesOf(parsed).some((table) => Object.values(record(table)).some((one) => !("path" in record(one))))
  })
  const locked = files.has("Cargo.lock")
  // Cargo requires each package's source files to exist before it resolves dependencies.
  const sources = manifests.flatMap((path) => sourcesOf(tomlOf(files.read(path))).map((source) => join(dirname(path), source)))
  const targets = createFilesCommand([...manifests.map((path) => join(dirname(path), "src/lib.rs")), ...sources])
  return {
    tests: estimatedTestFiles(countOf(files, /\.rs$/, /(?:^|\/)tests\/|tests?\.rs$/), countOf(files, /\.rs$/)),
    plan: {
      ecosystem: "cargo",
      because: "Cargo.toml",
      command: "cargo test --workspace --offline --no-fail-fast --color never 2>&1",
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
}

const go = (files: RepositoryFiles): FoundPlan | undefined => {
  const isWorkspace = files.has("go.work")
  if (!files.has("go.mod") && !isWorkspace) return undefined
  const modules = isWorkspace
    ? files.all.filter((path) => /(?:^|\/)go\.mod$/.test(path) && workspaceFolders(files.read("go.work")).includes(folderOfPath(path)))
    : ["go.mod"]
  const needs = modules.some((path) => /^[ \t]*require\b/m.test(files.read(path)))
  const test = "go test -json -count=1 ./..."
  const inModules = `code=0; for one in ${modules.map((path) => shellQuoted(`./${folderOfPath(path)}`)).join(" ")}; do (cd "$one" && ${test}) || code=1; done >"$REPORT"; exit $code`
  return {
    tests: countOf(files, /_test\.go$/),
    plan: {
      ecosystem: "go",
      because: isWorkspace ? "go.work" : "go.mod",
      command: isWorkspace ? inModules : `${test} >"$REPORT"`,
      prepare: null,
      fetch: needs ? `GOMODCACHE=${DEPENDENCIES}/go GOFLAGS=-modcacherw GOTOOLCHAIN=local go mod download` : null,
      fetchRunsCode: false,
      fetchFiles: [
        ...existing(files, "go.work", "go.work.sum"),
        ...modules.flatMap((path) => existing(files, path, path.replace(/mod$/, "sum")))
      ],
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
}

/** In case of a tie, the first counts: a Rust or Go repository often has a package.json for its documentation, hardly ever the other way round. */
const ECOSYSTEMS = [cargo, go, maven, gradle, node, python]

/** Languages whose repositories mostly use one of these ecosystems, by GitHub's names. */
const LANGUAGES: ReadonlySet<string> = new Set([
  "Rust",
  "Go",
  "Java",
  "Kotlin",
  "Groovy",
  "JavaScript",
  "TypeScript",
  "Vue",
  "Svelte",
  "Python"
])

/** Whether tests can usually be run for a repository with this main language. Only its files tell for certain. */
export const isTestedLanguage = (language: string): boolean => LANGUAGES.has(language)

/** Files by which ecosystems are recognised, for a message. */
export const RECOGNISED = "Cargo.toml, go.mod, pom.xml, build.gradle, package.json with a test script, or test files of Python"

/** Chooses the ecosystem with the most test files. A manifest alone is weak evidence: a Python repository may have a package.json for its formatter. */
export const planFor = (files: RepositoryFiles): TestPlan | undefined => {
  const found = ECOSYSTEMS.flatMap((ecosystem) => ecosystem(files) ?? [])
  const most = Math.max(0, ...found.map(({ tests }) => tests))
  return found.find(({ tests }) => tests === most)?.plan
}

/** The plan for a given command. The repository's ecosystem still determines dependencies and tools. */
const withCommand = (plan: TestPlan | undefined, command: string): TestPlan =>
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

/** The plan for a commit: by the given command, else by the command in its `.gittensor.yml`, else by its files. */
export const planOf = (
  files: RepositoryFiles,
  command: string | null
): { readonly plan: TestPlan | undefined; readonly isRecognised: boolean } => {
  const recognised = planFor(files)
  const chosen = command ?? (files.has(CHOICES_FILE) ? readChoices(files.read(CHOICES_FILE)).test : null)
  return { plan: chosen === null ? recognised : withCommand(recognised, chosen), isRecognised: recognised !== undefined }
}
