/**
 * `npm run release`: writes an archive for each platform to dist/release, with the check of a match, a bill of materials, SHA256SUMS and, given a key, a
 * signature of the sums and the signer's public key. Each archive contains the licences of everything in it.
 *
 *   npm run release -- [--platforms linux-x64,linux-arm64,darwin-x64,darwin-arm64] [--key FILE] [--seed FILE] [--check] [--data FOLDER]
 *
 * `--key`: the signing SSH key. `--seed`: a release's database.tar.zst, to reproduce that release. `--check`: writes the legal documents, builds for
 * this machine here and in another folder, compares the bytes, and fails if the executable contains this folder's name. `--data`: only keeps the data folder of a
 * validator of this release, without what is large or its process's own; CI opens it with later programs.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import packageFile from "../package.json"
import lockFile from "../package-lock.json"
import { CHECK } from "../src/dashboard/api/definition/pages.ts"
import { bundle } from "../web/bundle.ts"
import { prepareEmbedded, SEED, SEED_SCHEMA } from "./embedded.ts"
import { buildExecutable } from "./executable.ts"
import { pack, sign, writeSigners, writeSums } from "./release/archive.ts"
import { copyDocuments } from "./release/documents.ts"
import { buildElsewhere } from "./release/elsewhere.ts"
import { writeManual } from "./release/manual.ts"
import { makePapers } from "./release/papers.ts"

/** Platforms by their name in the archive: Bun's name of each, and the npm package with its Bun. */
const PLATFORMS = {
  "linux-x64": { target: "bun-linux-x64", runtime: "@oven/bun-linux-x64" },
  "linux-arm64": { target: "bun-linux-arm64", runtime: "@oven/bun-linux-aarch64" },
  "darwin-x64": { target: "bun-darwin-x64", runtime: "@oven/bun-darwin-x64" },
  "darwin-arm64": { target: "bun-darwin-arm64", runtime: "@oven/bun-darwin-aarch64" }
} as const satisfies Record<string, { readonly target: Bun.Build.CompileTarget; readonly runtime: string }>
type Platform = keyof typeof PLATFORMS

const folder = "dist/release"
const packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>> = lockFile.packages

/** A platform's Bun, in the version and with the checksum of package-lock.json. */
const runtimeOf = (platform: Platform): string => {
  const { runtime } = PLATFORMS[platform]
  const installed = join("node_modules", runtime, "bin/bun")
  if (existsSync(installed)) return installed
  const { version, integrity } = packages[`node_modules/${runtime}`] ?? {}
  if (version === undefined || integrity === undefined) throw new Error(`package-lock.json does not hold ${runtime}`)
  const place = join("dist/runtimes", `${platform}-${version}`)
  const kept = join(place, "package/bin/bun")
  if (existsSync(kept)) return kept
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  execFileSync("npm", ["pack", "--silent", "--pack-destination", place, `${runtime}@${version}`], {
    stdio: ["ignore", "ignore", "inherit"]
  })
  const [name = ""] = readdirSync(place)
  const found = `sha512-${createHash("sha512")
    .update(readFileSync(join(place, name)))
    .digest("base64")}`
  if (found !== integrity) throw new Error(`${runtime}@${version} is not the package that package-lock.json names`)
  execFileSync("tar", ["-xzf", join(place, name), "-C", place])
  return kept
}

const isPlatform = (name: string): name is Platform => name in PLATFORMS

const { values } = parseArgs({
  options: {
    platforms: { type: "string" },
    key: { type: "string" },
    seed: { type: "string" },
    check: { type: "boolean", default: false },
    data: { type: "string" }
  }
})
if (values.data !== undefined) {
  const left = ["artefacts", "repositories", "validator.json", "validator.lock"].map((name) => `--exclude=./${name}`)
  const kept = `test/support/releases/${packageFile.version}.tar.gz`
  execFileSync("tar", ["-czf", kept, ...left, "--owner=0", "--group=0", "-C", values.data, "."])
  console.log(kept)
  process.exit(0)
}
const platforms = (values.platforms?.split(",") ?? Object.keys(PLATFORMS)).map((name) => {
  if (!isPlatform(name)) throw new Error(`"${name}" is no platform: ${Object.keys(PLATFORMS).join(", ")}`)
  return name
})

await prepareEmbedded(values.seed)
const papers = await makePapers()
if (values.check) {
  const digestOf = (file: string) => {
    const executable = readFileSync(file)
    if (executable.includes(`${process.cwd()}/`)) {
      console.error(`the executable contains the name of the folder it was built in, ${process.cwd()}`)
      process.exit(1)
    }
    return createHash("sha256").update(executable).digest("hex")
  }
  const [here, elsewhere] = ["dist/check/here/gittensor", "dist/check/elsewhere/gittensor"]
  await buildExecutable({ outfile: here })
  buildElsewhere(elsewhere, [SEED, SEED_SCHEMA])
  const digests = [digestOf(here), digestOf(elsewhere)]
  rmSync("dist/check", { recursive: true })
  const isSame = digests[0] === digests[1]
  console.log(
    isSame ? `built in two folders, the executable is ${digests[0]}` : `built in two folders, it differs: ${digests.join(" and ")}`
  )
  process.exit(isSame ? 0 : 1)
}

rmSync(folder, { recursive: true, force: true })
const names: Array<string> = []
for (const platform of platforms) {
  const name = `gittensor-${packageFile.version}-${platform}`
  const place = join(folder, name)
  await buildExecutable({
    outfile: join(place, "gittensor"),
    other: { target: PLATFORMS[platform].target, executablePath: runtimeOf(platform) }
  })
  cpSync("deploy", join(place, "deploy"), { recursive: true })
  copyDocuments(".", place)
  await writeManual(place, packageFile.version)
  papers.write(place)
  pack(place)
  rmSync(place, { recursive: true })
  names.push(`${name}.tar.gz`)
  console.log(join(folder, `${name}.tar.gz`))
}
copyFileSync(SEED, join(folder, "database.tar.zst"))
papers.write(folder)
// The check of a match without anybody's network: whoever doubts a page compares the file that it serves with this one.
writeFileSync(join(folder, CHECK), Buffer.from((await bundle()).files[CHECK] ?? "", "base64"))
const sums = writeSums(folder, [...names, "database.tar.zst", basename(CHECK), ...papers.names])
console.log(sums)
if (values.key !== undefined) console.log(writeSigners(folder, values.key), sign(sums, values.key))
