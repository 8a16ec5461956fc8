/**
 * Writes contracts/crates.txt: all crates in the WebAssembly of the contract and of the dev chain's runtime, with their licences by cargo's metadata.
 * `--check` writes nothing and fails if the file is stale. Needs Debian's cargo-web, and downloads missing crates.
 */
import { execFileSync } from "node:child_process"
import { Schema } from "effect"
import { CRATES, crateList } from "./release/crates.ts"
import { settle } from "./settle.ts"

const Metadata = Schema.parseJson(
  Schema.Struct({
    packages: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        version: Schema.String,
        license: Schema.NullOr(Schema.String),
        source: Schema.NullOr(Schema.String)
      })
    )
  })
)

const knownToCargo = (folder: string) => {
  const output = execFileSync("/usr/bin/cargo", ["metadata", "--locked", "--quiet", "--format-version", "1"], {
    cwd: folder,
    env: { ...process.env, RUSTC: "/usr/bin/rustc" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 256 * 1024 ** 2
  })
  return Schema.decodeUnknownSync(Metadata)(output)
    .packages.filter(({ source }) => source !== null)
    .map(({ name, version, license }) => ({
      name,
      version,
      // Before SPDX expressions, crates wrote a slash for OR.
      licence: license?.replaceAll(/ ?\/ ?/g, " OR ") ?? "none"
    }))
}

settle("contracts/crates.txt", crateList(CRATES.map(({ folder }) => ({ folder, crates: knownToCargo(folder) }))))
