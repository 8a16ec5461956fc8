/**
 * Fetches each package once with its registry's own client, and unpacks it into a folder outside of the tree. An archive is identified by its hash.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { $ } from "bun"

export type Registry = "crates" | "debian" | "go" | "maven" | "npm" | "pypi" | "pypi-source"

export interface Archive {
  readonly registry: Registry
  readonly name: string
  readonly version: string
  /** SHA-256 of the registry's file. */
  readonly sha256: string
}

/** Where fetched packages are kept. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gittensor-corpus")

/** An archive's folder in the cache. */
export const folderOf = ({ registry, name, version }: Omit<Archive, "sha256">, cache = CACHE): string =>
  join(cache, `${registry}-${name}-${version}`.replaceAll(/[^\w.+-]+/g, "_"))

/** Whether an archive has been fetched into its folder. */
export const isFetched = (folder: string): boolean => existsSync(join(folder, STAMP))

/** The archive's hash, written last. */
const STAMP = "archive.sha256"

/** Wheels of a fixed platform, or of any, so that each machine gets the same file. */
const WHEEL =
  "--only-binary :all: --python-version 3.11 --implementation cp --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64".split(
    " "
  )

/** The only file in a folder with one of these endings. */
const fileIn = (folder: string, ...endings: ReadonlyArray<string>): string => {
  const [found, ...more] = readdirSync(folder).filter((name) => endings.some((ending) => name.endsWith(ending)))
  if (found === undefined || more.length > 0) throw new Error(`the client left ${found === undefined ? "no archive" : "several archives"}`)
  return join(folder, found)
}

/** How each registry's client fetches one archive into an empty folder; returns its path. */
const FETCH: Readonly<Record<Registry, (name: string, version: string, folder: string) => Promise<string>>> = {
  npm: async (name, version, folder) => {
    await $`npm pack ${name}@${version} --silent --ignore-scripts --pack-destination ${folder}`.quiet()
    return fileIn(folder, ".tgz")
  },
  pypi: async (name, version, folder) => {
    await $`python3 -m pip download --quiet --disable-pip-version-check --no-deps ${WHEEL} --dest ${folder} ${name}==${version}`.quiet()
    return fileIn(folder, ".whl")
  },
  "pypi-source": async (name, version, folder) => {
    await $`python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary ${name} --dest ${folder} ${name}==${version}`.quiet()
    return fileIn(folder, ".tar.gz", ".zip")
  },
  go: async (name, version, folder) => {
    const answer: { readonly Zip: string } = await $`go mod download -modcacherw -json ${name}@${version}`
      .env({ ...process.env, GOMODCACHE: join(folder, "modules"), GOFLAGS: "-mod=mod", GO111MODULE: "on" })
      .cwd(folder)
      .json()
    const archive = join(folder, "module.zip")
    renameSync(answer.Zip, archive)
    rmSync(join(folder, "modules"), { recursive: true })
    return archive
  },
  maven: async (name, version, folder) => {
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
    await $`mvn -q -B ${goal} -Dartifact=${name}:${version}:jar:sources -DoutputDirectory=${folder} -Dmdep.useBaseVersion=true`
      .cwd(folder)
      .quiet()
    return fileIn(folder, ".jar")
  },
  debian: async (name, version, folder) => {
    await $`apt-get download -qq ${name}=${version}`.cwd(folder).quiet()
    return fileIn(folder, ".deb")
  },
  crates: async (name, version, folder) => {
    mkdirSync(join(folder, "src"))
    writeFileSync(join(folder, "src/lib.rs"), "")
    writeFileSync(
      join(folder, "Cargo.toml"),
      `[package]\nname = "one"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = { version = "=${version}", default-features = false }\n`
    )
    await $`cargo fetch --quiet`.cwd(folder).quiet()
    const cache = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/cache")
    for (const registry of readdirSync(cache)) {
      const archive = join(cache, registry, `${name}-${version}.crate`)
      if (existsSync(archive)) return archive
    }
    throw new Error("cargo left no archive")
  }
}

const unpack = async (archive: string, into: string): Promise<void> => {
  mkdirSync(into, { recursive: true })
  if (archive.endsWith(".deb")) await $`dpkg-deb -x ${archive} ${into}`.quiet()
  else if (/\.(?:tgz|tar\.gz|crate)$/.test(archive)) await $`tar xzf ${archive} -C ${into} --no-same-owner`.quiet()
  else await $`python3 -c ${"import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"} ${archive} ${into}`.quiet()
}

export const sha256Of = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")

const reasonOf = (cause: unknown): string => {
  const { stderr } = cause as { readonly stderr?: Buffer }
  return (stderr?.toString() || String(cause)).trim().split("\n").at(-1) ?? ""
}

/** Removes every other file, because the archives hold gigabytes. A wanted file may be reached through a symbolic link to its folder. */
const prune = (folder: string, wanted: ReadonlySet<string>): void => {
  const kept = new Set([...wanted].map((path) => realpathSync(join(folder, path))))
  const visit = (one: string): void => {
    for (const entry of readdirSync(one, { withFileTypes: true })) {
      const path = join(one, entry.name)
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile() && !kept.has(path)) rmSync(path)
    }
  }
  visit(realpathSync(folder))
}

/**
 * Fetches one archive into a folder unless it is there, and returns its hash. `wanted`: the files to keep; default all. Throws with the client's last
 * line, or when the archive's hash has changed.
 */
export const fetched = async (
  archive: Omit<Archive, "sha256"> & { readonly sha256?: string },
  folder: string,
  wanted?: ReadonlySet<string>
): Promise<string> => {
  if (!isFetched(folder)) {
    const draft = `${folder}.${process.pid}`
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(join(draft, "fetching"), { recursive: true })
    try {
      const path = await FETCH[archive.registry](archive.name, archive.version, join(draft, "fetching"))
      const sha256 = sha256Of(readFileSync(path))
      if (archive.sha256 !== undefined && archive.sha256 !== sha256) throw new Error(`it has the hash ${sha256}, not ${archive.sha256}`)
      await unpack(path, join(draft, "files"))
      if (wanted !== undefined) prune(join(draft, "files"), wanted)
      rmSync(join(draft, "fetching"), { recursive: true })
      writeFileSync(join(draft, STAMP), sha256)
      rmSync(folder, { recursive: true, force: true })
      renameSync(draft, folder)
    } catch (cause) {
      rmSync(draft, { recursive: true, force: true })
      throw new Error(reasonOf(cause), { cause })
    }
  }
  return readFileSync(join(folder, STAMP), "utf8")
}
