/**
 * Two versions of packages whose releases carry their tests, the second of which mends something that its tests show. The registries' own clients fetch them into
 * a folder outside of the tree, once.
 */
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Released {
  readonly ecosystem: string
  readonly name: string
  readonly versions: readonly [before: string, after: string]
  /** What is odd about the repository; empty for what is usual in its ecosystem. */
  readonly shape?: string
  /** Unpacks a version; returns the folder of its files. */
  readonly fetch: (version: string, into: string) => string
  /** Prepares the repository before its first commit, as its maintainers would. */
  readonly prepare?: (folder: string) => void
}

export const run = (command: string, args: ReadonlyArray<string>, cwd: string, env: Readonly<Record<string, string>> = {}): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 600_000
  })
  if (status !== 0) throw new Error(`${command}: ${(error?.message ?? stderr).trim().split("\n").at(-1)}`)
  return stdout
}

const npm = (name: string) => (version: string, into: string) => {
  const packed =
    run("npm", ["pack", `${name}@${version}`, "--silent"], into)
      .trim()
      .split("\n")
      .at(-1) ?? ""
  run("tar", ["-xzf", packed], into)
  return join(into, "package")
}

/** The source archive: wheels have no tests. */
const pypi = (name: string) => (version: string, into: string) => {
  run("pip", ["download", "--quiet", "--no-deps", "--no-binary", ":all:", `${name}==${version}`], into)
  run("tar", ["-xzf", `${name}-${version}.tar.gz`], into)
  return join(into, `${name}-${version}`)
}

const crate = (name: string) => (version: string, into: string) => {
  mkdirSync(join(into, "src"))
  writeFileSync(join(into, "src/lib.rs"), "")
  const manifest = `[package]\nname = "bench"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = "=${version}"\n`
  writeFileSync(join(into, "Cargo.toml"), manifest)
  run("cargo", ["vendor", "--quiet"], into)
  const folder = join(into, "vendor", name)
  rmSync(join(folder, ".cargo-checksum.json"))
  return folder
}

const goModule = (name: string) => (version: string, into: string) => {
  run("go", ["mod", "download", "-modcacherw", `${name}@${version}`], into, { GOMODCACHE: join(into, "modules"), GOFLAGS: "-mod=mod" })
  return join(into, "modules", `${name}@${version}`)
}

/** The projects around classes and their tests, of releases that publish the sources of both, are ours: theirs need dozens of plugins. */
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bench</groupId><artifactId>bench</artifactId><version>1</version>
<properties><maven.compiler.source>8</maven.compiler.source><maven.compiler.target>8</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version><scope>test</scope></dependency></dependencies>
</project>
`
const BUILD_GRADLE = `apply plugin: 'java'
sourceCompatibility = '1.8'
compileJava.options.encoding = 'UTF-8'
compileTestJava.options.encoding = 'UTF-8'
repositories { mavenCentral() }
dependencies { testImplementation 'junit:junit:4.13.2' }
`
const java = (group: string, artifact: string, file: string, project: string) => (version: string, into: string) => {
  const repository = join(FOLDER, "maven")
  for (const [classifier, place] of [
    ["sources", "src/main/java"],
    ["test-sources", "src/test/java"]
  ] as const) {
    const wanted = `-Dartifact=${group}:${artifact}:${version}:jar:${classifier}`
    run("mvn", ["-q", "-B", "dependency:get", "-Dtransitive=false", wanted, `-Dmaven.repo.local=${repository}`], into)
    const jar = join(repository, ...group.split("."), artifact, version, `${artifact}-${version}-${classifier}.jar`)
    const folder = join(into, "project", place)
    mkdirSync(folder, { recursive: true })
    run("unzip", ["-q", jar, "-d", folder, "-x", "META-INF/*"], into)
  }
  writeFileSync(join(into, "project", file), project)
  return join(into, "project")
}

const odd = (
  ecosystem: string,
  name: string,
  versions: Released["versions"],
  shape: string,
  fetch: (name: string) => Released["fetch"]
): Released => ({ ecosystem, name, versions, shape, fetch: fetch(name) })

const MINIMIST = ["1.2.7", "1.2.8"] as const

export const RELEASED: ReadonlyArray<Released> = [
  { ecosystem: "npm", name: "minimist", versions: MINIMIST, fetch: npm("minimist") },
  {
    ecosystem: "pnpm",
    name: "minimist",
    versions: MINIMIST,
    fetch: npm("minimist"),
    prepare: (folder) => void run("pnpm", ["install", "--lockfile-only", "--ignore-scripts"], folder)
  },
  {
    ecosystem: "bun",
    name: "minimist",
    versions: MINIMIST,
    fetch: npm("minimist"),
    prepare: (folder) => void run(process.execPath, ["install", "--lockfile-only", "--ignore-scripts"], folder)
  },
  { ecosystem: "pytest", name: "parse", versions: ["1.20.0", "1.20.1"], fetch: pypi("parse") },
  { ecosystem: "cargo", name: "bytes", versions: ["1.7.1", "1.7.2"], fetch: crate("bytes") },
  { ecosystem: "go", name: "github.com/google/uuid", versions: ["v1.5.0", "v1.6.0"], fetch: goModule("github.com/google/uuid") },
  { ecosystem: "maven", name: "commons-cli", versions: ["1.3", "1.3.1"], fetch: java("commons-cli", "commons-cli", "pom.xml", POM) },
  {
    ecosystem: "gradle",
    name: "commons-cli",
    versions: ["1.3", "1.3.1"],
    fetch: java("commons-cli", "commons-cli", "build.gradle", BUILD_GRADLE)
  },
  odd("npm", "flat", ["5.0.0", "5.0.1"], "a reporter in the script, and a linter behind it", npm),
  odd("npm", "fastq", ["1.17.1", "1.18.0"], "scripts that call scripts, and nyc before tape", npm),
  odd("npm", "rfdc", ["1.3.1", "1.4.0"], "a reporter of tap 12 in the script", npm),
  odd("pytest", "more-itertools", ["10.1.0", "10.2.0"], "pyproject of Flit", pypi),
  odd("pytest", "tabulate", ["0.8.9", "0.8.10"], "setup.py, and tests for tox", pypi),
  odd("pytest", "boltons", ["23.0.0", "23.1.0"], "pyproject of Flit, and pins in a file", pypi),
  odd("pytest", "humanize", ["4.8.0", "4.9.0"], "pyproject of Hatch with an extra for tests", pypi),
  odd("pytest", "toolz", ["0.11.2", "0.12.0"], "tests inside the package", pypi),
  odd("pytest", "isodate", ["0.6.1", "0.7.0"], "tests that move from the package to a folder", pypi),
  odd("pytest", "natsort", ["8.3.1", "8.4.0"], "tests with a library of their own, in tox", pypi),
  odd("pytest", "xmltodict", ["0.15.0", "0.15.1"], "no requirements file", pypi)
]

const FOLDER = join(tmpdir(), "gittensor-bench-verify")

/** The folder of a version's files, fetched once. */
export const fetched = ({ name, ecosystem, fetch }: Released, version: string): string => {
  const folder = join(
    FOLDER,
    `${ecosystem === "pnpm" || ecosystem === "bun" ? "npm" : ecosystem}-${name}-${version}`.replaceAll(/[^\w.-]+/g, "_")
  )
  if (existsSync(folder)) return folder
  const into = `${folder}.new`
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  const files = fetch(version, into)
  const whole = `${folder}.whole`
  rmSync(whole, { recursive: true, force: true })
  cpSync(files, whole, { recursive: true })
  renameSync(whole, folder)
  rmSync(into, { recursive: true, force: true })
  return folder
}

/** The files of a folder, by their paths. */
export const pathsIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
