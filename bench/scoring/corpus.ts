/**
 * Sources of well-known packages, two versions of each. The registries' own clients fetch them into a folder outside of the tree, once. A pair is a file
 * that differs between the two versions.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Two versions of a file. */
export interface TextPair {
  readonly grammar: string
  readonly base: string
  readonly head: string
}

/** By grammar. */
export const EXTENSIONS: Readonly<Record<string, string>> = { typescript: "ts", python: "py", rust: "rs", go: "go", java: "java" }

interface Package {
  readonly name: string
  readonly versions: readonly [base: string, head: string]
  /** Unpacks a version into the folder; throws with the client's output when that fails. */
  readonly fetch: (version: string, into: string) => void
}

const run = (command: string, args: ReadonlyArray<string>, cwd: string, env: Record<string, string> = {}): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 300_000
  })
  if (status !== 0) throw new Error(`${command}: ${(error?.message ?? stderr).trim().split("\n").at(-1)}`)
  return stdout
}

const FOLDER = join(tmpdir(), "gittensor-bench-scoring")

const npm = (name: string, base: string, head: string): Package => ({
  name: `${name} (npm)`,
  versions: [base, head],
  fetch: (version, into) => {
    const packed =
      run("npm", ["pack", `${name}@${version}`, "--silent"], into)
        .trim()
        .split("\n")
        .at(-1) ?? ""
    run("tar", ["-xzf", packed], into)
  }
})

const pypi = (name: string, base: string, head: string): Package => ({
  name: `${name} (PyPI)`,
  versions: [base, head],
  fetch: (version, into) => {
    run("pip", ["download", "--quiet", "--no-deps", "--only-binary", ":all:", `${name}==${version}`], into)
    const [wheel = ""] = readdirSync(into)
    run("unzip", ["-q", wheel], into)
  }
})

const crate = (name: string, base: string, head: string): Package => ({
  name: `${name} (crates)`,
  versions: [base, head],
  fetch: (version, into) => {
    mkdirSync(join(into, "src"))
    writeFileSync(join(into, "src/lib.rs"), "")
    writeFileSync(
      join(into, "Cargo.toml"),
      `[package]\nname = "bench"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = "=${version}"\n`
    )
    run("cargo", ["vendor", "--quiet"], into)
    for (const other of readdirSync(join(into, "vendor")))
      if (other !== name) rmSync(join(into, "vendor", other), { recursive: true, force: true })
  }
})

const goModule = (name: string, base: string, head: string): Package => ({
  name: `${name} (Go)`,
  versions: [base, head],
  fetch: (version, into) => {
    run("go", ["mod", "download", "-modcacherw", `${name}@${version}`], into, { GOMODCACHE: join(into, "modules"), GOFLAGS: "-mod=mod" })
    // There the version is part of the path.
    renameSync(join(into, "modules", `${name}@${version}`), join(into, "module"))
    rmSync(join(into, "modules"), { recursive: true, force: true })
  }
})

const maven = (group: string, artifact: string, base: string, head: string): Package => ({
  name: `${artifact} (Maven)`,
  versions: [base, head],
  fetch: (version, into) => {
    const repository = join(FOLDER, "maven")
    run(
      "mvn",
      [
        "-q",
        "-B",
        "dependency:get",
        "-Dtransitive=false",
        `-Dartifact=${group}:${artifact}:${version}:jar:sources`,
        `-Dmaven.repo.local=${repository}`
      ],
      into
    )
    run("unzip", ["-q", join(repository, ...group.split("."), artifact, version, `${artifact}-${version}-sources.jar`)], into)
  }
})

const decoder = new TextDecoder()

const packages: Readonly<Record<string, { readonly ending: string; readonly of: ReadonlyArray<Package> }>> = {
  typescript: { ending: ".ts", of: [npm("effect", "3.16.0", "3.17.0"), npm("rxjs", "7.5.0", "7.8.1")] },
  python: { ending: ".py", of: [pypi("django", "5.0", "5.1"), pypi("sqlalchemy", "2.0.20", "2.0.30")] },
  rust: { ending: ".rs", of: [crate("syn", "2.0.40", "2.0.90"), crate("regex-automata", "0.3.9", "0.4.8")] },
  go: {
    ending: ".go",
    of: [goModule("k8s.io/apimachinery", "v0.28.0", "v0.30.0"), goModule("google.golang.org/protobuf", "v1.32.0", "v1.35.0")]
  },
  java: { ending: ".java", of: [maven("com.google.guava", "guava", "32.0.0-jre", "33.3.0-jre")] }
}

/** Larger files do not score. */
const MAXIMUM_BYTES = 1_000_000

const sourcesIn = (folder: string, ending: string): ReadonlyMap<string, Uint8Array> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(ending) && !path.endsWith(".d.ts") && !path.includes("node_modules"))
      .sort()
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, new Uint8Array(readFileSync(join(folder, path)))] as const)
      .filter(([, bytes]) => bytes.length > 0 && bytes.length <= MAXIMUM_BYTES)
  )

const fetched = ({ name, fetch }: Package, version: string): string => {
  const folder = join(FOLDER, `${name}-${version}`.replaceAll(/[^\w.-]+/g, "_"))
  if (existsSync(folder)) return folder
  const draft = `${folder}.draft`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  fetch(version, draft)
  renameSync(draft, folder)
  return folder
}

/** Pairs by grammar. Calls `say` for each package that could not be fetched. */
export const corpus = (say: (line: string) => void): ReadonlyMap<string, ReadonlyArray<TextPair>> =>
  new Map(
    Object.entries(packages).map(([grammar, { ending, of }]) => [
      grammar,
      of.flatMap((one) => {
        try {
          const [base, head] = one.versions.map((version) => sourcesIn(fetched(one, version), ending))
          return [...(base ?? [])].flatMap(([path, before]): ReadonlyArray<TextPair> => {
            const after = head?.get(path)
            return after === undefined || Buffer.compare(before, after) === 0
              ? []
              : [{ grammar, base: decoder.decode(before), head: decoder.decode(after) }]
          })
        } catch (cause) {
          say(`${one.name} could not be fetched and is left out: ${cause instanceof Error ? cause.message : cause}`)
          return []
        }
      })
    ])
  )
